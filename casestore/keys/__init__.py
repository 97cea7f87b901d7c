"""Seals: the office's keys, and what is closed and found with them."""
