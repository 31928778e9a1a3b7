"""What a change does to the slides: two states of a project, slide by slide."""
