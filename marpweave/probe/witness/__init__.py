"""Hears the paths that a kernel passes to system calls."""
