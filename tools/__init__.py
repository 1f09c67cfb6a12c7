"""What developers run: the demo with reload, the next migration, the measures of the house."""
