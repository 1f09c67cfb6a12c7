"""The database: its engines, the rules it holds by itself, and the unit of work."""
