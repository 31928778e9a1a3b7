"""Citations and lists of sources, in the style of a field."""
