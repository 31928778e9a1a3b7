"""What a build says."""
