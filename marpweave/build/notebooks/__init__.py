"""Notebooks as files."""
