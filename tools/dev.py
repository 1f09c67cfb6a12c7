"""The demo practice for whoever changes the program: it reloads, and shows tracebacks.

    bin/dev [--port 8001] [--fresh]

The records are those of `rekindle serve --demo`. Everyone who reaches this server may run code by
its debugger, so it listens on this machine alone, and opens no practice but the demo.
"""

import argparse
import logging
from pathlib import Path

from werkzeug.serving import is_running_from_reloader, run_simple

from practice import request_log
from practice.application import Rekindle
from practice.cli.main import todays_demo
from practice.settings import ROOT, Settings, from_environment

#: What is read once, besides Python: a change of it begins anew as well.
READ_ONCE = ("practice/**/*.md", "practice/**/*.toml", "practice/handouts/**/*.css")


def main() -> None:
    """Serve the demo until Ctrl+C."""
    wishes = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wishes.add_argument("--port", type=int, default=8001)
    wishes.add_argument("--fresh", action="store_true", help="make the demo anew first")
    wish = wishes.parse_args()
    settings = from_environment(demo=True)
    request_log.to_standard_error()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    if not is_running_from_reloader():
        if wish.fresh:
            remove(settings.database)
        print(f"The demo is open at http://localhost:{wish.port} and reloads when a file changes.")
    run_simple(
        "localhost",
        wish.port,
        # The first process only watches over the second, which begins anew at each change.
        developed(settings) if is_running_from_reloader() else no_application,
        use_reloader=True,
        use_debugger=True,
        threaded=True,
        extra_files=[str(path) for pattern in READ_ONCE for path in ROOT.glob(pattern)],
    )


def no_application(_environ: object, _start_response: object) -> list[bytes]:
    """Nothing: the process that watches answers no request."""
    return []


def developed(settings: Settings) -> Rekindle:
    """The demo's application; templates follow their files, and an error is a traceback."""
    app = todays_demo(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.error_handler_spec[None][None].pop(Exception)
    app.jinja_env.auto_reload = True
    return app


def remove(database: Path) -> None:
    """Remove the demo's records, so that they are made anew."""
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()


if __name__ == "__main__":
    main()
