"""Packets as jobs: several of a couple's sheets, printed one by one and bound into one PDF.

A packet is made beside the requests and kept encrypted for a quarter of an hour. Its maker may look
how far it is, stop it, and open it when it is ready.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from practice import handouts
from practice.assignments.models import Assignment
from practice.couples.models import Couple
from practice.database.base import READS_ONLY, db
from practice.errors import Refused
from practice.handouts.kinds.packet import Packet, Part
from practice.handouts.labels import Labels, labels_for
from practice.handouts.renderer import PrintFailed
from practice.handouts.sheet import Sheet
from practice.jobs import service as jobs
from practice.jobs.kinds import JobContext, JobKind
from practice.jobs.models import Job
from practice.practice_admin.letterhead import on_paper
from practice.registry import Registry
from practice.worksheets.background import background, printable
from practice.worksheets.prerender import copies
from practice.worksheets.sheets import copies_of, copy_name, language_of, letterhead, paper_of
from practice.worksheets.texts import WORDS
from practice.worksheets.variants import PrintOptions, as_asked

#: How long a packet is kept, and how many sheets it may hold.
KEPT_FOR = timedelta(minutes=15)
MOST_SHEETS = 40
PACKET = "packet"
UNFORESEEN = "This packet could not be made. Try again."
NOTHING_CHOSEN = "Choose at least one homework or background sheet."
#: A sheet of a packet: its kind in the reader's words, and its values.
Chosen = tuple[str, Sheet]


@dataclass(frozen=True)
class PacketOrder:
    """What shall be bound for whom: assignments by id, kinds that come with each, background sheets."""

    couple_id: int
    #: Whose copy: a, b or couple.
    reader: str
    assignments: list[int]
    extras: list[str]
    backgrounds: list[str]
    large: bool = False


def register(registry: Registry) -> None:
    """Have the queue make packets."""
    registry.job_kinds[PACKET] = JobKind(make, KEPT_FOR, UNFORESEEN)


def begin_packet(order: PacketOrder, sheets: int) -> Job:
    """Have a packet of so many sheets made. What its maker was making before is forgotten."""
    jobs.forget(*jobs.of_actor(PACKET))
    job = jobs.enqueue(PACKET, f"couple:{order.couple_id}", asdict(order))
    job.progress = {"done": 0, "total": sheets + 1}
    return job


def find_packet(couple_id: int, name: str) -> Job | None:
    """The packet of that name for that couple, if whoever acts makes it, while it is kept."""
    job = jobs.find_job(PACKET, name)
    return job if job and job.payload["couple_id"] == couple_id else None


def make(context: JobContext) -> bytes:
    """A packet as a PDF. Nothing is locked while it is printed."""
    order = PacketOrder(**context.payload)
    db.session.connection(execution_options={READS_ONLY: True})
    couple = db.session.scalars(select(Couple).filter_by(id=order.couple_id)).one()
    sheets = chosen_sheets(order, couple, context.user_id)
    cover = empty_packet(order, couple, context.user_id)
    db.session.rollback()
    context.say(done=0, total=len(sheets) + 1)
    try:
        pdfs = dict(counted([sheet for _, sheet in sheets], context))
        context.check()
        parts = tuple(Part(one.title, kind, pdfs[at]) for at, (kind, one) in enumerate(sheets))
        bound = handouts.current_renderer().print(replace(cover, parts=parts))
    except PrintFailed as failure:
        raise Refused(str(failure)) from failure
    context.say(done=len(sheets) + 1)
    return bound


def counted(sheets: list[Sheet], context: JobContext) -> Iterable[tuple[int, bytes]]:
    """The sheets as they are printed, each counted; it ends early when the packet is stopped."""
    parts = [replace(sheet, is_part=True) for sheet in sheets]
    printed = handouts.current_renderer().print_many(parts, context.stop)
    for done, (at, pdf) in enumerate(printed, start=1):
        context.say(done=done)
        yield at, pdf


def chosen_sheets(order: PacketOrder, couple: Couple, user_id: int) -> list[Chosen]:
    """The sheets of a user's packet in order. Raises Refused for none, too many, or another's alone."""
    query = select(Assignment).where(Assignment.couple_id == couple.id)
    there = {one.id: one for one in db.session.scalars(query)}
    found = [
        chosen
        for number in order.assignments
        if number in there
        for chosen in sheets_of(order, couple, there[number])
    ]
    language = language_of(couple, order.reader)
    practice, clinician = on_paper(user_id)
    for slug in order.backgrounds:
        page = printable(background(language)[slug], practice, clinician)
        found.append((labels_for(page).background, replace(page, large=order.large)))
    if not found:
        raise Refused(NOTHING_CHOSEN, "assignments")
    if len(found) > MOST_SHEETS:
        raise Refused(f"A packet holds {MOST_SHEETS} sheets. Leave some out.", "assignments")
    return found


def sheets_of(order: PacketOrder, couple: Couple, assignment: Assignment) -> list[Chosen]:
    """One assignment's sheet, and what shall come with it."""
    if order.reader not in copies_of(assignment):
        alone = copy_name(assignment.for_whom, couple)
        raise Refused(
            f"“{assignment.title}” comes only as {alone}. Leave it out, or choose its reader.",
            "assignments",
        )
    [(_, page)] = copies(couple, assignment, order.reader, large=order.large)
    options = PrintOptions(large=order.large)
    words = labels_for(page)
    extras = [
        (kind_in(words, kind), as_asked(page, replace(options, kind=kind))) for kind in order.extras
    ]
    return [(words.practice, page), *extras]


def kind_in(words: Labels, kind: str) -> str:
    """A kind of sheet in the reader's words, as the cover says it."""
    said = {"reflection": words.reflection, "cards": words.cards}
    return said.get(kind, words.tracker)


def empty_packet(order: PacketOrder, couple: Couple, user_id: int) -> Packet:
    """A user's packet before its sheets are printed: what its cover says."""
    practice, clinician = on_paper(user_id)
    language = language_of(couple, order.reader)
    partner = couple.b if order.reader == "b" else couple.a
    both = WORDS[language].both.format(a=couple.a.known_as, b=couple.b.known_as)
    packet = Packet(
        letterhead(practice, clinician),
        language=language,
        paper=paper_of(practice),
        title="",
        large=order.large,
        for_name=both if order.reader == "couple" else partner.known_as,
        parts=(),
    )
    return replace(packet, title=labels_for(packet).packet)
