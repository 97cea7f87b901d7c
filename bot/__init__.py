"""Talks: a message comes in, a turn comes out."""
