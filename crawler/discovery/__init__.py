"""Pure functions from bytes to links."""
