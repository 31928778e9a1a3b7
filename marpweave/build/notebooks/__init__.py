"""Reads and writes notebook files."""
