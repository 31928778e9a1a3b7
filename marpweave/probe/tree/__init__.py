"""Copies of a kernel that wait between two cells, and from which it goes on."""
