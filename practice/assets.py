"""Static files: their content hash in the address, so that a browser may keep them for good."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, url_for

FOREVER = "public, max-age=31536000, immutable"
A_WEEK = "public, max-age=604800"
CHECK_EACH_TIME = "no-cache"

#: Style sheets ask for fonts by plain names; with a hash here each font would be fetched twice.
FONTS = ".woff2"
#: Our modules import each other by plain names; under a second address one would run twice.
MODULES = "js/"


@lru_cache(maxsize=512)
def hash_of(path: Path, _changed: int) -> str:
    """The first 12 hex digits of a file's SHA-256; `_changed` makes an edited file anew."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def version_of(filename: str) -> str | None:
    """The version of a static file, as in `?v=`; None when it has none or is not there."""
    if filename.endswith(FONTS) or filename.startswith(MODULES):
        return None
    path = Path(str(current_app.static_folder)) / filename
    try:
        return hash_of(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=512)
def made_address(_root: str, filename: str, _changed: int) -> str:
    """The address of a static file; `_root` is where the site is mounted."""
    return url_for("static", filename=filename)


def address_of(filename: str) -> str:
    """The address of a static file, for a page. Made once: a page asks for a dozen."""
    try:
        changed = os.stat(f"{current_app.static_folder}/{filename}").st_mtime_ns  # noqa: PTH116 - quicker
    except OSError:
        changed = 0
    return made_address(request.script_root, filename, changed)


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the content hash into every address of a static file."""
    if endpoint != "static" or "v" in values:
        return
    if version := version_of(values.get("filename", "")):
        values["v"] = version


def say_how_long(response: Response) -> Response:
    """Tell the browser how long a static file may be kept."""
    if request.endpoint != "static" or response.status_code >= 400:
        return response
    filename = (request.view_args or {}).get("filename", "")
    if filename.endswith(FONTS):
        kept = A_WEEK
    elif request.args.get("v") and request.args["v"] == version_of(filename):
        kept = FOREVER
    else:
        kept = CHECK_EACH_TIME
    response.headers["Cache-Control"] = kept
    return response


def init_app(app: Flask) -> None:
    """Version every static address, and let browsers keep what is versioned."""
    app.url_defaults(add_version)
    app.jinja_env.globals["asset"] = address_of
    app.after_request(say_how_long)
