"""The learned block classifier: which lines of an unknown page are its article."""
