"""Suggestions: which homework fits a couple now, and why. Values in, suggestions out."""
