"""Jobs: one queue in the database for all that is done beside the requests.

A job is kept in the transaction of what caused it, done by a worker in its user's name, and seen
by that user alone. Rooms register kinds of job in `registry.job_kinds`.
"""

from flask import Flask

from practice.jobs.apart import MakeApp
from practice.jobs.worker import EXTENSION, Workers, working
from practice.registry import Registry

__all__ = ["init_app", "working"]


def init_app(app: Flask, registry: Registry, make_app: MakeApp | None = None) -> None:
    """Give the app its workers, who do what rooms register.

    `make_app` makes the same app in a process of its own, for jobs that take long or much memory.
    """
    app.extensions[EXTENSION] = Workers(app, registry.job_kinds, make_app)
