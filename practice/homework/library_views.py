"""The library on the web: what there is, what is looked for, one homework, favourites."""

from collections.abc import Container
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import handouts
from practice.assignments.earlier import given_earlier
from practice.forms import LINE_LENGTH, UNPRINTABLE, new_once, tidy, wants_fragment
from practice.homework.blueprint import bp
from practice.homework.custom_views import part_of_practice, told_for_reading
from practice.homework.url_args import as_asked, giving_to, homework_or_404
from practice.identity.pending_form import here, local_path
from practice.identity.permissions import Permission, needs
from practice.library import custom, favorites
from practice.library.catalog import Catalog
from practice.library.finding import TIMES, times_that_tell
from practice.library.finding import find as find_homework
from practice.library.homework import ENGLISH, LANGUAGES, SPANISH, WHO, Homework
from practice.library.suitability import out_of_place, why_not_here
from practice.suggestions.ranking import meta_line
from practice.vocabulary import OBSTACLES, Element
from practice.worksheets.catalog_pdf import catalogue
from practice.worksheets.sheets import credit
from practice.worksheets.texts import WORDS

#: What may be asked of the library, besides words.
OFFERED: dict[str, Container[str]] = {
    "obstacle": OBSTACLES,
    "element": set(Element),
    "who": WHO[ENGLISH],
    "time": TIMES,
    "language": {SPANISH},
    "favourites": {"1"},
    "ours": {"1"},
}


@bp.get("/homework", endpoint="library")
@needs(Permission.USE_LIBRARY)
def index() -> ResponseReturnValue:
    """The library, or what is looked for in it; the list alone when htmx asks."""
    couple, session = giving_to()
    chosen_for = as_asked(couple, session)
    asked = looked_for()
    kept = favorites.favorites_of(current_user)
    shelf = custom.catalog()
    shown = {
        "found": found(shelf, asked, kept),
        "asked": asked,
        "couple": couple,
        "session": session,
        "chosen_for": chosen_for,
        "out_of_place": out_of_place(couple),
        "earlier": given_earlier(couple) if couple else {},
        "kept": kept,
        "back": library_address({**chosen_for, **asked}),
        "in_english": shelf.in_language(ENGLISH),
        "owned": shelf.owned,
        "obstacles": OBSTACLES,
        "meta_line": meta_line,
    }
    if wants_fragment():
        return render_template("homework/_found.html", **shown, alone=True)
    return render_template(
        "homework/index.html",
        **shown,
        offers=offers(shelf, asked),
        once=new_once(),
        may_write=custom.may_write(current_user),
    )


def library_address(asked: dict[str, Any]) -> str:
    """Where the library's page shows what is asked."""
    return url_for("homework.library", **asked)


def offers(shelf: Catalog, asked: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """The choices of each list on the library's page: value and words.

    Of the times those that tell homeworks on this shelf apart, and the one that is asked for.
    """
    times = [*times_that_tell(shelf), asked.get("time")]
    return {
        "obstacle": [(key, one.label) for key, one in OBSTACLES.items()],
        "element": [(one.value, one.label.capitalize()) for one in Element],
        "who": list(WHO[ENGLISH].items()),
        "time": [(key, words) for key, (words, _, _) in TIMES.items() if key in times],
        "language": [(SPANISH, "Spanish")],
    }


def looked_for() -> dict[str, str]:
    """What the address asks of the library, without what is empty or not offered."""
    asked = {"q": UNPRINTABLE.sub("", tidy(request.args.get("q")))[:LINE_LENGTH]}
    for name, offered in OFFERED.items():
        value = request.args.get(name, "")
        asked[name] = value if value in offered else ""
    return {name: value for name, value in asked.items() if value}


def found(shelf: Catalog, asked: dict[str, str], kept: frozenset[str]) -> list[Homework]:
    """What the shelf has of it; `kept` are the user's favourites."""
    fitting = find_homework(
        asked.get("q", ""),
        obstacle=asked.get("obstacle", ""),
        element=asked.get("element", ""),
        who=asked.get("who", ""),
        time=asked.get("time", ""),
        language=asked.get("language", ENGLISH),
        shelf=shelf,
    )
    return [
        one
        for one in fitting
        if ("favourites" not in asked or one.slug in kept)
        and ("ours" not in asked or one.slug in shelf.owned)
    ]


@bp.post("/homework/<slug>/favourite")
@needs(Permission.USE_LIBRARY)
def favourite(slug: str) -> ResponseReturnValue:
    """Keep a homework at hand, or no longer."""
    homework = homework_or_404(slug)
    kept = request.form.get("on") == "1"
    favorites.keep_favorite(current_user, homework, kept)
    back = local_path(request.form.get("back")) or url_for("homework.library")
    if wants_fragment():
        return render_template(
            "homework/_favourite.html", homework=homework, is_kept=kept, back=back
        )
    return redirect(back, code=303)


@bp.get("/homework/catalogue.pdf")
@needs(Permission.USE_LIBRARY)
def catalogue_sheet() -> ResponseReturnValue:
    """The whole library as a PDF in the browser, in English unless asked otherwise."""
    language = request.args.get("language", ENGLISH)
    if language not in LANGUAGES:
        abort(404)
    return handouts.printed(catalogue(language, g.practice, current_user), f"library-{language}")


@bp.get("/homework/<slug>")
@needs(Permission.USE_LIBRARY)
def show(slug: str) -> ResponseReturnValue:
    """One homework, whole; of the practice's own also an older version, and one put away."""
    number = request.args.get("version", type=int)
    told = told_for_reading(slug, number)
    homework = told[0]
    couple, session = giving_to()
    return render_template(
        "homework/show.html",
        homework=homework,
        couple=couple,
        session=session,
        chosen_for=(chosen_for := as_asked(couple, session)),
        library_url=library_address(chosen_for),
        obstacles=OBSTACLES,
        meta=meta_line(homework),
        not_here=why_not_here(homework, couple),
        is_kept=homework.slug in favorites.favorites_of(current_user),
        back=here(),
        doses=[(f"{dose.minutes} minutes", dose.do) for dose in homework.doses],
        credit=credit(homework.teachings, WORDS[homework.language]),
        languages=[one.language for one in told],
        shown_version=number,
        zone=g.practice.time_zone,
        **part_of_practice(slug),
    )
