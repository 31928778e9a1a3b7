"""Runs inside a sandbox before the kernel does: gives up what the deck must not have."""
