"""The pages of the background sheets: what there is, and each one as a PDF."""

from typing import Any

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import handouts
from practice.accounts.permissions import Permission, needs
from practice.homework.asked import bp
from practice.homework.background import background, printable
from practice.homework.library import ENGLISH, LANGUAGES

#: What each language calls itself.
NAMES = {"en": "English", "es": "Español"}


@bp.context_processor
def background_shelf() -> dict[str, Any]:
    """What the card of background sheets shows, on whichever page of this room it stands."""
    return {"backgrounds": background().values(), "background_languages": NAMES}


@bp.get("/homework/background")
@needs(Permission.USE_LIBRARY)
def background_index() -> ResponseReturnValue:
    """The background sheets there are."""
    return render_template("homework/background.html")


@bp.get("/homework/background/<topic>.pdf")
@needs(Permission.USE_LIBRARY)
def background_sheet(topic: str) -> ResponseReturnValue:
    """One background sheet as a PDF in the browser, in English unless asked otherwise."""
    language = request.args.get("language", ENGLISH)
    if language not in LANGUAGES or topic not in background(language):
        abort(404)
    page = printable(background(language)[topic], g.practice, current_user)
    return handouts.printed(page, f"{topic}-{language}")
