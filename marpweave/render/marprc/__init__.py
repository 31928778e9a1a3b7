"""What a project tells the Marp CLI in the configuration files that the Marp CLI knows."""
