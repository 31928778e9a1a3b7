"""Keeps a deck's kernel and its states between cells, so that an edit costs the cells behind it alone."""
