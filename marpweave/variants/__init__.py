"""Derives the variants of a deck: with solutions, or with blanks. Pure."""
