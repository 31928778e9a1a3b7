"""Formats citations and lists of sources."""
