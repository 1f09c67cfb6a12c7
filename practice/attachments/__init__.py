"""Letters and scans kept with a couple: checked, encrypted with the rest, shown to whom they are for."""

from practice.attachments.service import subjects_kept_alone
from practice.attachments.views import bp
from practice.audit.reading import kept_alone

__all__ = ["bp"]

kept_alone.append(subjects_kept_alone)
