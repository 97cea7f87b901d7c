"""Proves that the case store remembers, hides and forgets."""
