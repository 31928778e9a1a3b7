"""Parses the text of a deck. Pure."""
