"""Witnesses: what happened, a line each, chained so that a change is found."""
