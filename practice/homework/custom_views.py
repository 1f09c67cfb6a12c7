"""The practice's own homework on the web: writing it beside its sheet, sharing and putting it away."""

from typing import Any

from flask import (
    Response,
    abort,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import clock
from practice.audit.service import log_view
from practice.database import unit_of_work
from practice.errors import Conflict, Refused
from practice.formatting import clock_time
from practice.forms import form_page, is_autosave, new_once
from practice.homework.blueprint import bp
from practice.homework.custom_forms import MOST_ROWS, BeginForm, OwnHomeworkForm, names_of
from practice.homework.url_args import homework_or_404
from practice.identity.permissions import Permission, needs
from practice.library import custom
from practice.library.catalog import Translations
from practice.library.custom_words import Words, differing, rearranged, told_by_words, words_of
from practice.library.homework import LANGUAGES
from practice.library.models import CustomHomework
from practice.library.parse import Malformed
from practice.library.readability import reading
from practice.library.serialize import written
from practice.vocabulary import curriculum
from practice.worksheets.html_preview import screen_values
from practice.worksheets.variants import blank

#: As long as everything that a draft holds may be; the longest homework has a fifth of it.
MOST_LETTERS = 60_000


def own_or_404(homework_id: int) -> CustomHomework:
    """The practice's own homework of that id, if the user sees it."""
    return custom.seen(homework_id) or abort(404)


def mine_or_404(homework_id: int) -> CustomHomework:
    """One's own homework of that id; a colleague's is read, and not written in."""
    homework = own_or_404(homework_id)
    return homework if homework.author_id == current_user.id else abort(404)


def page_of(homework: CustomHomework) -> str:
    """Where a homework is read, or written when it is not in the library yet."""
    if homework.version:
        return url_for("homework.show", slug=homework.slug)
    return url_for("homework.edit", homework_id=homework.id)


@bp.get("/homework/own")
@needs(Permission.USE_LIBRARY)
def ours() -> ResponseReturnValue:
    """The practice's own homework: what is being written, what is in the library, what is put away."""
    found = custom.listed_for(current_user)
    return render_template(
        "homework/ours.html",
        **found,
        begin=BeginForm(),
        me=current_user.id,
        may_write=custom.may_write(current_user),
    )


@bp.post("/homework/own")
@needs(Permission.WRITE_HOMEWORK)
def begin() -> ResponseReturnValue:
    """Begin a homework: an empty one, or a copy of another."""
    form = BeginForm()
    if not form.validate_on_submit():
        return redirect(url_for("homework.ours"), code=303)
    words: Words = {}
    if form.source.data:
        words = words_of(told_for_reading(form.source.data))
    elif untouched := custom.untouched(current_user):
        return redirect(page_of(untouched), code=303)
    homework = custom.begin(current_user, words, clock.now(), form.once.data)
    return redirect(page_of(homework), code=303)


@bp.route("/homework/own/<int:homework_id>/edit", methods=["GET", "POST"])
@needs(Permission.WRITE_HOMEWORK)
def edit(homework_id: int) -> ResponseReturnValue:
    """Write a homework: kept as one types, and put into the library when it is right."""
    homework = mine_or_404(homework_id)
    draft = custom.draft_of(homework)
    if request.method != "POST":
        words = saved_words(homework, draft)
        return writing_page(homework, OwnHomeworkForm(data={**words, "version": draft.version}))
    form = OwnHomeworkForm()
    try:
        if "publish" in request.form:
            return publish(homework, form)
        return keep(homework, form)
    except Conflict:
        return both_versions(homework, form)


def saved_words(homework: CustomHomework, draft: custom.Draft) -> Words:
    """What the form starts with: the draft, else the newest version."""
    if draft.words is not None or not homework.version:
        return draft.words or {}
    told = custom.told_at(homework, homework.version)
    return words_of(told) if told else {}


def keep(homework: CustomHomework, form: OwnHomeworkForm) -> ResponseReturnValue:
    """Keep what was typed, right or not, with a row more or less when that is asked.

    A text that is far too long waits, and while it does, no row moves: it would be drawn anew.
    """
    words = form.words_within(MOST_LETTERS, saved_words(homework, custom.draft_of(homework)))
    if form.errors:
        return kept_in_part(homework, form, words)
    change = request.form.get("change", "")
    words = rearranged(words, change, MOST_ROWS)
    draft = custom.save_draft(homework, words, form.version_shown(), clock.now())
    if is_autosave():
        return jsonify(kept_as_typed(homework, words, draft, redrawn=bool(change)))
    if not change:
        flash("The draft is kept. Only you see it.")
    return redirect(url_for("homework.edit", homework_id=homework.id) + place_of(change), code=303)


def publish(homework: CustomHomework, form: OwnHomeworkForm) -> ResponseReturnValue:
    """Put what was written into the library, when nothing is missing; until then it is a draft."""
    if form.validate():
        told = told_by_words(form.words(), homework.slug)
        try:
            custom.publish(homework, told, form.version_shown(), clock.now())
        except Malformed as fault:
            form.refuse(Refused(f"This does not make a homework yet: {fault.fault}."))
        else:
            flash(f"“{told[0].title}” is in the library.")
            return redirect(page_of(homework), code=303)
    standing = saved_words(homework, custom.draft_of(homework))
    return kept_in_part(homework, form, form.words_within(MOST_LETTERS, standing))


def writing_page(homework: CustomHomework, form: OwnHomeworkForm, **more: Any) -> Response:
    """The form beside its sheet."""
    return form_page(
        "homework/write.html",
        form,
        homework=homework,
        teachings=by_article(),
        most_rows=MOST_ROWS,
        has_draft=custom.draft_of(homework).words is not None,
        **beside(homework, form.words()),
        **more,
    )


def beside(homework: CustomHomework, words: Words) -> dict[str, Any]:
    """What stands beside the form: its sheet in each language, and how it reads."""
    told = told_by_words(words, homework.slug)
    english = told[0]
    steps = (f"{step.lead} {step.text}" for step in english.steps)
    return {
        "sheets": [screen_values(blank(one, g.practice, current_user)) for one in told],
        "reading": reading("\n".join((*steps, english.example, english.why))),
    }


def by_article() -> list[tuple[str, list[tuple[str, str]]]]:
    """The teachings under the title of their article: id and heading."""
    known = curriculum()
    return [
        (
            article.title,
            [(one.id, one.heading) for one in known.teachings.values() if one.article == key],
        )
        for key, article in known.articles.items()
    ]


def place_of(change: str) -> str:
    """Where on the page a change of rows is seen."""
    parts = change.split("-")
    return f"#{parts[1]}" if len(parts) > 1 and parts[1] in MOST_ROWS else ""


def kept_as_typed(
    homework: CustomHomework, words: Words, draft: custom.Draft, redrawn: bool
) -> dict[str, Any]:
    """What an autosave is told: the version that stands, when, and the parts that changed with it."""
    at = clock.in_zone(draft.saved_at or clock.now(), g.practice.time_zone).time()
    parts = {"beside": render_template("homework/_beside.html", **beside(homework, words))}
    if redrawn:
        form = OwnHomeworkForm(formdata=None, data=words)
        for name in MOST_ROWS:
            parts[name] = render_template(
                "homework/_rows.html", form=form, part=name, most_rows=MOST_ROWS
            )
        parts["spanish-rows"] = render_template("homework/_spanish_rows.html", form=form)
    return {"version": draft.version, "saved_at": clock_time(at), "parts": parts}


def kept_in_part(homework: CustomHomework, form: OwnHomeworkForm, words: Words) -> Response:
    """The words are kept as a draft, though the answer is no success: what is wrong waits.

    Raises Conflict as `save_draft` does.
    """
    draft = custom.save_draft(homework, words, form.version_shown(), clock.now())
    unit_of_work.commit_now()
    form.is_saved_in_part = True
    form.show_version(draft.version)
    if not is_autosave():
        return writing_page(homework, form)
    errors = {field.name: field.errors[0] for field, _ in form.texts() if field.errors}
    kept = kept_as_typed(homework, words, draft, redrawn=False)
    return make_response(jsonify(kept | {"errors": errors}), 422)


def both_versions(homework: CustomHomework, form: OwnHomeworkForm) -> Response:
    """Another window saved first: both texts, and a form that knows of it."""
    draft = custom.draft_of(homework)
    named = names_of(form)
    clashes = [
        {"name": named.get(name, name), "mine": mine, "theirs": theirs}
        for name, mine, theirs in differing(form.words(), saved_words(homework, draft))
    ]
    if is_autosave():
        panel = render_template("homework/_clash.html", clashes=clashes, homework=homework)
        return make_response(jsonify(version=draft.version, panel=panel), 409)
    form.show_version(draft.version)
    page = writing_page(homework, form, clashes=clashes)
    page.status_code = 409
    return page


@bp.post("/homework/own/<int:homework_id>/discard")
@needs(Permission.WRITE_HOMEWORK)
def discard(homework_id: int) -> ResponseReturnValue:
    """Throw away what is not in the library yet."""
    homework = mine_or_404(homework_id)
    to = page_of(homework) if homework.version else url_for("homework.ours")
    custom.discard(homework)
    flash("The draft is gone.")
    return redirect(to, code=303)


@bp.post("/homework/own/<int:homework_id>/share")
@needs(Permission.USE_LIBRARY)
def share(homework_id: int) -> ResponseReturnValue:
    """Let the whole practice use a homework, or keep it to oneself."""
    homework = own_or_404(homework_id)
    shared = request.form.get("on") == "1"
    try:
        custom.share(homework, current_user, shared)
    except Refused as reason:
        flash(str(reason))
    else:
        flash(
            "Everyone in the practice can use it now." if shared else "Only its author sees it now."
        )
    return after(homework)


@bp.post("/homework/own/<int:homework_id>/archive")
@needs(Permission.USE_LIBRARY)
def archive(homework_id: int) -> ResponseReturnValue:
    """Take a homework off the shelf, or put it back."""
    homework = own_or_404(homework_id)
    away = request.form.get("on") == "1"
    try:
        custom.archive(homework, current_user, away, clock.now())
    except Refused as reason:
        flash(str(reason))
    else:
        flash("It is archived. What was given stays as it is." if away else "It is offered again.")
    return after(homework)


def after(homework: CustomHomework) -> ResponseReturnValue:
    """Back to the homework, or to the list when one does not see it any more."""
    if homework.author_id == current_user.id or homework.is_shared:
        return redirect(page_of(homework), code=303)
    return redirect(url_for("homework.ours"), code=303)


@bp.get("/homework/<slug>/<language>.md")
@needs(Permission.USE_LIBRARY)
def export(slug: str, language: str) -> ResponseReturnValue:
    """A homework as a file in the library's own format."""
    if language not in LANGUAGES:
        abort(404)
    homework = in_language(told_for_reading(slug), language)
    log_view("exported", f"homework:{slug}", language=language)
    answer = make_response(written(homework))
    answer.mimetype = "text/markdown"
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-{language}.md"'
    return answer


def in_language(told: Translations, language: str) -> Any:
    """One language of a homework, which must be there."""
    return next((one for one in told if one.language == language), None) or abort(404)


def told_for_reading(slug: str, version: int | None = None) -> Translations:
    """A homework to read, in every language it is in: archived ones and older versions too."""
    if homework := custom.called(slug):
        return custom.told_at(homework, version or homework.version) or abort(404)
    found = homework_or_404(slug)
    return (found, *custom.catalog().translations(slug))


def part_of_practice(slug: str) -> dict[str, Any]:
    """What a homework's page says of it when it is the practice's own, and may be done with it."""
    mine = custom.called(slug)
    more: dict[str, Any] = {
        "own": mine,
        "once": new_once(),
        "may_write": custom.may_write(current_user),
    }
    if mine:
        more |= {
            "author": custom.author_of(mine),
            "is_mine": mine.author_id == current_user.id,
            "may_put_away": custom.may_put_away(current_user, mine),
            "versions": custom.versions_of(mine),
            "has_draft": mine.author_id == current_user.id
            and custom.draft_of(mine).words is not None,
        }
    return more
