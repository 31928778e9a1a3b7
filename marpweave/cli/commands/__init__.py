"""The commands of the command line that build nothing."""
