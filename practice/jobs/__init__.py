"""Jobs: one queue in the database for all that is done beside the requests.

A job is kept in the transaction of what caused it, done by a worker in its user's name, and seen
by that user alone. Rooms register kinds of job in `registry.job_kinds`.
"""

from flask import Flask

from practice.jobs.worker import EXTENSION, Workers, working
from practice.registry import Registry

__all__ = ["init_app", "working"]


def init_app(app: Flask, registry: Registry) -> None:
    """Give the app its workers, who do what rooms register."""
    app.extensions[EXTENSION] = Workers(app, registry.job_kinds)
