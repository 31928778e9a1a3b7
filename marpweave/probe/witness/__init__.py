"""Stands between a kernel and the system, and hears the paths that system calls name."""
