"""Long drills: commands that break things on purpose and see what is left."""
