"""Counts: what the cases together say, without people in it."""
