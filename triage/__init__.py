"""Decides: facts in, an assessment out; no database, no network, no clock."""
