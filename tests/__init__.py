"""Proves: the same folders again, whole conversations, and tests about the code itself."""
