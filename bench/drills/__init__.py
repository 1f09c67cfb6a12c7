"""Drills: commands that break things on purpose, and see that every promise still holds."""
