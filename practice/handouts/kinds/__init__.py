"""The kinds of sheet: what each one carries, and how it is arranged on paper."""
