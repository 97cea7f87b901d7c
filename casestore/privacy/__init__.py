"""Lets go: what people agreed to, when they may be written to, what is forgotten, and the proof."""
