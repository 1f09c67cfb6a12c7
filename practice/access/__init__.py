"""Whose couple it is: the guard beneath every query, and the ways to a record."""
