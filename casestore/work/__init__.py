"""Helps: what was planned, done, arranged elsewhere, achieved and asked again."""
