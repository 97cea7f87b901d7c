"""Starts: settings, wiring, logs and the `doorstep` command."""
