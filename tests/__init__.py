"""Tests of Winnow, mirroring the tree."""
