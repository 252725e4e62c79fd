"""Faults done on purpose to an index that is being written and read: see docs/reliability.md."""
