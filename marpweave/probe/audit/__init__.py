"""Runs inside the kernel: finds out what a cell depends on."""
