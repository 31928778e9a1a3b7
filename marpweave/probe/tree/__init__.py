"""Snapshots: forked copies of a kernel that wait between two cells."""
