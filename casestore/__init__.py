"""Remembers: tables, cases, queue, outbox, encryption, erasure."""
