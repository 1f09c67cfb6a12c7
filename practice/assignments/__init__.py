"""Assigned homework: what was given to a couple, and how it went."""
