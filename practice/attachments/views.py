"""A couple's letters and scans on the web: listed, added, looked at, corrected, set aside."""

from dataclasses import asdict

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from practice import clock
from practice.access.load import get_or_404
from practice.attachments import service
from practice.attachments.checking import checked
from practice.attachments.forms import AddForm, CorrectForm, SetAsideForm
from practice.attachments.models import Attachment
from practice.audit.service import log_view
from practice.couples.models import Couple
from practice.couples.names import told_apart
from practice.database.base import db
from practice.database.unit_of_work import commit_now
from practice.errors import Conflict, Refused
from practice.forms import form_page, takes_large_files
from practice.identity.models import User
from practice.identity.permissions import Permission, a_room_for
from practice.vocabulary import AttachmentKind, Readers

bp = Blueprint("attachments", __name__, url_prefix="/couples/<int:couple_id>/attachments")
a_room_for(bp, Permission.READ_FILES, Permission.WRITE_FILES)
#: A file on its way out runs nothing, and no page shows it as its own.
ON_ITS_OWN = "default-src 'none'; sandbox"
#: Who may see it, in a word or two, where that is not everyone.
FOR = {Readers.CLINICIANS.value: "Clinicians only", Readers.AUTHOR.value: "Only me"}


def found(couple_id: int, attachment_id: int) -> Attachment:
    """An attachment of that couple that whoever asks may see; 404 otherwise."""
    return get_or_404(Attachment, attachment_id, couple_id=couple_id)


def to_page(attachment: Attachment) -> ResponseReturnValue:
    """To the attachment's page, after a change."""
    return redirect(
        url_for("attachments.show", couple_id=attachment.couple_id, attachment_id=attachment.id),
        303,
    )


@bp.get("")
def index(couple_id: int) -> ResponseReturnValue:
    """A couple's letters and scans."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed attachments of", couple)
    kept = service.attachments_of(couple.id)
    return render_template(
        "attachments/index.html",
        couple=couple,
        used=[one for one in kept if not one.set_aside_at],
        aside=[one for one in kept if one.set_aside_at],
        **words(couple, kept),
    )


def words(couple: Couple, kept: list[Attachment]) -> dict[str, object]:
    """What pages say for the keys that are stored."""
    added_by = select(User).where(User.id.in_({one.author_id for one in kept}))
    return {
        "kinds": {one.value: one.label for one in AttachmentKind},
        "owners": {"couple": "Both", **told_apart(couple)},
        "shown_to": FOR,
        "readers": {one.value: one.label for one in Readers},
        "authors": {user.id: user.signature for user in db.session.scalars(added_by)},
    }


@bp.route("/new", methods=["GET", "POST"])
@takes_large_files
def add(couple_id: int) -> ResponseReturnValue:
    """Add a letter or scan."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed", couple)
    form = AddForm(data={"dated_on": g.today})
    form.fit(told_apart(couple), is_mine=True)
    if form.validate_on_submit():
        try:
            attachment, said = kept_from(form, couple)
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(f"It is kept with them. {said}".strip())
            return to_page(attachment)
    return form_page("attachments/add.html", form, couple=couple)


def kept_from(form: AddForm, couple: Couple) -> tuple[Attachment, str]:
    """The attachment that a form makes, and what of its file could not be kept.

    Nothing is locked while the file is looked through. Raises Refused.
    """
    if there := service.made_by_form(couple, form.once.data):
        return there, ""
    commit_now()
    file = checked(form.file.data.read())
    attachment = service.keep_attachment(
        get_or_404(Couple, couple.id),
        form.told(),
        file,
        current_user,
        today=g.today,
        now=clock.now(),
        once=form.once.data,
    )
    return attachment, file.words


@bp.get("/<int:attachment_id>")
def show(couple_id: int, attachment_id: int) -> ResponseReturnValue:
    """One letter or scan."""
    return page_of(found(couple_id, attachment_id), SetAsideForm(formdata=None))


def page_of(attachment: Attachment, form: SetAsideForm) -> Response:
    """An attachment's page; 422 when its form comes back with errors."""
    couple = get_or_404(Couple, attachment.couple_id)
    log_view("viewed", attachment)
    return form_page(
        "attachments/show.html",
        form,
        couple=couple,
        attachment=attachment,
        practice_zone=g.time_zone,
        **words(couple, [attachment]),
    )


@bp.get("/<int:attachment_id>/file")
def file(couple_id: int, attachment_id: int) -> ResponseReturnValue:
    """The file itself, to keep."""
    attachment = found(couple_id, attachment_id)
    log_view("downloaded", attachment)
    return handed_over(attachment)


@bp.get("/<int:attachment_id>/picture")
def picture(couple_id: int, attachment_id: int) -> ResponseReturnValue:
    """A picture, for its own page."""
    attachment = found(couple_id, attachment_id)
    if not attachment.is_picture:
        abort(404)
    log_view("viewed the picture of", attachment)
    return handed_over(attachment)


def handed_over(attachment: Attachment) -> Response:
    """The file, under a name that names nobody, as what it is and nothing else."""
    response = Response(service.content_of(attachment), mimetype=attachment.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{attachment.file_name}"'
    response.headers["Content-Security-Policy"] = ON_ITS_OWN
    return response


@bp.route("/<int:attachment_id>/change", methods=["GET", "POST"])
def correct(couple_id: int, attachment_id: int) -> ResponseReturnValue:
    """Correct what is told of a letter or scan."""
    attachment = found(couple_id, attachment_id)
    couple = get_or_404(Couple, couple_id)
    log_view("viewed", attachment)
    stands = asdict(service.told_of(attachment))
    form = CorrectForm(data=stands | {"version": attachment.version})
    form.fit(told_apart(couple), is_mine=attachment.author_id == current_user.id)
    if form.validate_on_submit():
        try:
            service.correct(
                attachment, form.told(), current_user, shown=form.version_shown(), today=g.today
            )
        except Conflict:
            return changed_meanwhile(attachment, couple, form)
        except Refused as reason:
            form.refuse(reason)
        else:
            flash("Saved.")
            return to_page(attachment)
    return form_page("attachments/correct.html", form, couple=couple, attachment=attachment)


def changed_meanwhile(attachment: Attachment, couple: Couple, form: CorrectForm) -> Response:
    """What stands now beside what was sent; saving again keeps what is in the form."""
    form.show_version(attachment.version)
    page = render_template(
        "attachments/correct.html",
        form=form,
        couple=couple,
        attachment=attachment,
        stands=attachment,
        **words(couple, [attachment]),
    )
    return make_response(page, 409)


@bp.post("/<int:attachment_id>/set-aside")
def set_aside(couple_id: int, attachment_id: int) -> ResponseReturnValue:
    """Take a letter or scan out of use, with a reason."""
    attachment = found(couple_id, attachment_id)
    form = SetAsideForm()
    if form.validate_on_submit():
        service.set_aside(attachment, form.because.data or "", clock.now())
        flash("It is set aside, and stays kept.")
        return to_page(attachment)
    return page_of(attachment, form)


@bp.post("/<int:attachment_id>/bring-back")
def bring_back(couple_id: int, attachment_id: int) -> ResponseReturnValue:
    """Put a letter or scan that was set aside back into use."""
    attachment = found(couple_id, attachment_id)
    service.bring_back(attachment)
    flash("It is in use again.")
    return to_page(attachment)
