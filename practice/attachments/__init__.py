"""Letters and scans kept with a couple: checked, encrypted with the rest, shown to whom they are for."""

from practice.attachments.views import bp

__all__ = ["bp"]
