"""What a cell depends on, as names with digests. Travels with the probe: imports nothing of ours."""
