"""The steps of a build, in order."""
