"""What a cell depends on, as names with digests. Runs in kernels, too: imports no other room."""
