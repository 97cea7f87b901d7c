"""Tests of what starts."""
