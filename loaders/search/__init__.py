"""Searching: words, the index that publishing writes, and how questions are answered from it."""
