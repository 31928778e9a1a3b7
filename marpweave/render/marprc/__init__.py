"""A project's configuration files of the Marp CLI."""
