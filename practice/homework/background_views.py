"""The pages of the background sheets: what there is, and each one as a PDF."""

from dataclasses import replace
from typing import Any

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import handouts
from practice.handouts.sheet import Sheet
from practice.homework.blueprint import bp
from practice.identity.permissions import Permission, needs
from practice.library.homework import ENGLISH, LANGUAGES
from practice.worksheets.background import background, printable
from practice.worksheets.texts import NAMES
from practice.worksheets.variants import background_cards_sheet, has_cards


@bp.context_processor
def background_shelf() -> dict[str, Any]:
    """What the card of background sheets shows, on whichever page of this room it stands."""
    return {
        "backgrounds": background().values(),
        "background_languages": NAMES,
        "has_cards": has_cards,
    }


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
    sheet = background(language)[topic]
    page: Sheet = printable(sheet, g.practice, current_user)
    if request.args.get("kind") == "cards" and has_cards(sheet):
        page = background_cards_sheet(sheet, page)
    page = replace(page, large=request.args.get("size") == "large")
    return handouts.printed(page, f"{topic}-{language}")
