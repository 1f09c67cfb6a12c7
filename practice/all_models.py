"""Every room's tables, so that the database knows them all."""

import practice.assignments.models
import practice.attachments.models
import practice.audit.models
import practice.couples.models
import practice.courses.models
import practice.identity.models
import practice.jobs.models
import practice.keeping.models
import practice.library.models
import practice.records.models
import practice.sessions.models  # noqa: F401
