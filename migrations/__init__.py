"""Tortoise's migrations, for SQLite and PostgreSQL."""
