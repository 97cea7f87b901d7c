"""Channels translate between the outside and the conversation, nothing more."""
