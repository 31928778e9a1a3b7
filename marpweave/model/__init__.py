"""The words of the project as frozen values; imports nothing of ours."""
