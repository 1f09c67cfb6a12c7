"""Loaded once by the server that the press's processes are forked from.

Importing the typesetter is most of what a process does before its first sheet. Where it
cannot be imported, nothing happens here: each process tries again, and says why not.
"""

from contextlib import suppress

with suppress(ImportError, OSError):
    import practice.handouts.pdf  # noqa: F401
