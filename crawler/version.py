"""The one place that names the version; pyproject.toml reads it."""

VERSION = "0.1.0"
