"""Finds and installs the programs needed for rendering."""
