"""Results of earlier builds: keys, records, and what has to run."""
