"""Everything that runs inside a kernel."""
