"""Bringing in homework from files of the library's own format."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from wtforms import Field

from practice import clock
from practice.errors import Refused
from practice.forms import UNPRINTABLE, form_page, takes_files, tidy
from practice.homework.blueprint import bp
from practice.homework.custom_forms import ImportForm
from practice.identity.permissions import Permission, needs
from practice.library import custom
from practice.library.catalog import Translations
from practice.library.custom_words import words_of
from practice.library.parse import Malformed, parsed

#: As large as a file may be. The library's longest has six thousand bytes.
MOST_BYTES = 60_000


@bp.route("/homework/import", methods=["GET", "POST"], endpoint="import")
@needs(Permission.WRITE_HOMEWORK)
@takes_files
def bring_in() -> ResponseReturnValue:
    """Read files as a draft, to be looked at before it goes into the library; all or nothing."""
    form = ImportForm()
    if form.validate_on_submit():
        try:
            told = told_by_files(form)
        except Refused as reason:
            form.refuse(reason)
        else:
            homework = custom.begin(
                current_user, words_of(told), clock.now(), form.once.data, "imported"
            )
            return redirect(url_for("homework.edit", homework_id=homework.id), code=303)
    return form_page("homework/import.html", form)


def told_by_files(form: ImportForm) -> Translations:
    """The homework that the files tell. Raises Refused with the fault, beside its file."""
    english = text_of(form.english)
    if not english:
        raise Refused("Choose a file.", "english")
    told = read("english", english)
    spanish = text_of(form.spanish)
    return (*told, *read("spanish", spanish, told)) if spanish else told


def read(field: str, text: str, told: Translations = ()) -> Translations:
    """One file's homework; the Spanish one needs what the English one `told`."""
    try:
        return (parsed(text, "file", "es" if told else "en", told[0] if told else None),)
    except Malformed as fault:
        raise Refused(f"This file cannot be read: {fault.fault}.", field) from fault


def text_of(field: Field) -> str:
    """The text of an uploaded file; "" where none was chosen. Raises Refused for what is no text."""
    if not field.data:
        return ""
    data = field.data.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused("This file is too large for a homework.", field.name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused("This is not a text file in UTF-8.", field.name) from fault
    if UNPRINTABLE.search(text):
        raise Refused("This file has characters that cannot be printed.", field.name)
    return f"{tidy(text)}\n" if text.strip() else ""
