"""Reports of a build, in all formats."""
