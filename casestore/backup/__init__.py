"""Keeps copies: made while people write, restored, and moved to another database."""
