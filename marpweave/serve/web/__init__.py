"""Access control, messages and content for pages."""
