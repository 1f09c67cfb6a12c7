"""The exception by which a file that somebody sent is refused."""


class NotTaken(Exception):
    """A file is refused; the message is the key of the reason."""
