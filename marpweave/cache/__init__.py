"""What earlier builds gave: keys, records, and what has to run."""
