"""What goes into a couple's packet, and for whom it is."""

from dataclasses import replace

from flask import g
from wtforms import RadioField, SelectField

from practice.assignments.models import Assignment
from practice.couples.models import Couple
from practice.couples.names import both_told_apart, told_apart
from practice.errors import Refused
from practice.formatting import month_day
from practice.forms import PracticeForm, SelectChoice
from practice.handouts.kinds.packet import Packet
from practice.handouts.labels import Labels, labels_for
from practice.handouts.sheet import Sheet
from practice.homework.print_forms import ticks
from practice.identity.models import User
from practice.library.suitability import out_of_place
from practice.worksheets.background import background, printable
from practice.worksheets.packets import MOST_SHEETS
from practice.worksheets.prerender import copies
from practice.worksheets.sheets import copies_of, copy_name, language_of, letterhead, paper_of
from practice.worksheets.texts import WORDS
from practice.worksheets.variants import KINDS, PrintOptions, as_asked

#: A sheet of a packet: its kind in the reader's words, and its values.
Chosen = tuple[str, Sheet]


class PacketForm(PracticeForm):
    """What is bound together. Nothing of it is kept."""

    reader = RadioField("For")
    assignments = ticks("Homework given")
    extras = ticks("With each of them")
    backgrounds = ticks("Background sheets")
    size = SelectField("Print")

    def offer(self, couple: Couple, assignments: list[Assignment]) -> "PacketForm":
        """Offer what this couple was given."""
        misplaced = out_of_place(couple)
        self.reader.choices = [
            SelectChoice(copy, words)
            for copy, words in (
                ("couple", both_told_apart(couple)),
                *told_apart(couple).items(),
            )
        ]
        self.assignments.choices = [
            SelectChoice(
                str(one.id),
                f"{one.title}, given {month_day(one.given_on)}"
                + (", does not belong here now" if one.slug in misplaced else ""),
            )
            for one in assignments
        ]
        self.extras.choices = [
            SelectChoice(kind, words) for kind, words in KINDS.items() if kind != "exercise"
        ]
        self.backgrounds.choices = [
            SelectChoice(one.slug, one.title) for one in background().values()
        ]
        self.size.choices = [
            SelectChoice("", "Ordinary"),
            SelectChoice("large", "Large, 18 points and up"),
        ]
        return self

    def sheets(self, couple: Couple, assignments: list[Assignment], user: User) -> list[Chosen]:
        """The sheets chosen, in order. Raises Refused for none, too many, or another's alone."""
        found: list[Chosen] = []
        for assignment in assignments:
            if str(assignment.id) in (self.assignments.data or ()):
                found += self.sheets_of(couple, assignment)
        language = language_of(couple, self.reader.data)
        for slug in self.backgrounds.data or ():
            page = printable(background(language)[slug], g.practice, user)
            found.append(
                (labels_for(page).background, replace(page, large=self.size.data == "large"))
            )
        if not found:
            raise Refused("Choose at least one homework or background sheet.", "assignments")
        if len(found) > MOST_SHEETS:
            raise Refused(f"A packet holds {MOST_SHEETS} sheets. Leave some out.", "assignments")
        return found

    def sheets_of(self, couple: Couple, assignment: Assignment) -> list[Chosen]:
        """One assignment's sheet, and what shall come with it."""
        reader = self.reader.data
        if reader not in copies_of(assignment):
            alone = copy_name(assignment.for_whom, couple)
            raise Refused(
                f"“{assignment.title}” comes only as {alone}. Leave it out, or choose its reader.",
                "assignments",
            )
        large = self.size.data == "large"
        [(_, page)] = copies(couple, assignment, reader, large=large)
        options = PrintOptions(large=large)
        words = labels_for(page)
        extras = [
            (kind_in(words, kind), as_asked(page, replace(options, kind=kind)))
            for kind in self.extras.data or ()
        ]
        return [(words.practice, page), *extras]


def kind_in(words: Labels, kind: str) -> str:
    """A kind of sheet in the reader's words, as the cover says it."""
    said = {"reflection": words.reflection, "cards": words.cards}
    return said.get(kind, words.tracker)


def empty_packet(couple: Couple, reader: str, user: User, large: bool) -> Packet:
    """The packet before its sheets are printed: what its cover says."""
    language = language_of(couple, reader)
    words = WORDS[language]
    partner = couple.b if reader == "b" else couple.a
    both = words.both.format(a=couple.a.known_as, b=couple.b.known_as)
    packet = Packet(
        letterhead(g.practice, user),
        language=language,
        paper=paper_of(g.practice),
        title="",
        large=large,
        for_name=both if reader == "couple" else partner.known_as,
        parts=(),
    )
    return replace(packet, title=labels_for(packet).packet)
