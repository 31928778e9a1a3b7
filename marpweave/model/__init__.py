"""The types of the project, as frozen values. Imports no other room."""
