"""Citations of a deck: sources, where they are cited, and how they appear on slides. Pure."""
