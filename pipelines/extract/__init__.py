"""Page to article: text first, metadata second, field by field."""
