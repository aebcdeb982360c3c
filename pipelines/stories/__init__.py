"""The same story told again: what of a text is kept to recognise it, and the rule that decides.

Pure; pipelines/story_keeping.py and story_likeness.py ask the database. docs/stories.md states the
rules for people.
"""
