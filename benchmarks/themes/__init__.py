"""Invented sites whose themes put prompts, labels and teasers around the text."""
