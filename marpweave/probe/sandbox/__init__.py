"""Drops privileges inside a sandbox before the kernel starts."""
