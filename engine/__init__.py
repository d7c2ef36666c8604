"""Compiles operations and runs them breadth-first: one field of all objects at a time. Knows no content."""
