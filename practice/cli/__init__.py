"""The commands of `rekindle`: each says in a sentence what stopped it."""
