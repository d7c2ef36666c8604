"""The write side: importing, rich text, validation, releases, the log."""
