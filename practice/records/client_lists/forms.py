"""What is asked while a client list is brought in."""

from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Form, FormField, HiddenField, RadioField
from wtforms.validators import Optional

from practice.couples.partner_details import EARLIEST_YEAR, check_birth
from practice.errors import Refused
from practice.forms import DayField, EmailAddressField, LineField, PracticeForm
from practice.records.client_lists.entries import Entry
from practice.records.client_lists.parse import MOST_BYTES
from practice.records.client_lists.row import plain


class ListForm(PracticeForm):
    """Chooses a client list."""

    file = FileField(
        "List",
        [FileRequired("Choose a file")],
        description="An Excel workbook, or CSV or other text with a row for each line, of at most 10 MB.",
        render_kw={
            "accept": ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.xlsb,.ods,text/csv,text/plain",
            "data_most_bytes": MOST_BYTES,
        },
    )


class ReadingForm(PracticeForm):
    """Chooses how a file is read, where there is more than one way."""

    token = HiddenField()
    reading = RadioField("How it is read")


class ColumnsForm(PracticeForm):
    """Says what the columns of a list tell. The columns themselves are drawn by the page."""

    token = HiddenField()
    header_line = LineField("Line with the names of the columns", longest=10)


class RowsForm(PracticeForm):
    """Says what is to come of the rows. The rows themselves are drawn by the page."""

    token = HiddenField()
    knowingly = BooleanField("I looked at these: they get files of their own all the same")


class ListedPartnerForm(Form):
    """One partner of a row."""

    first_name = LineField("First name", longest=80)
    last_name = LineField("Last name", longest=80)
    goes_by = LineField("Goes by", longest=80)
    pronouns = LineField("Pronouns", longest=40)
    born_on = DayField("Date of birth", [Optional()])
    email = EmailAddressField("E-mail")
    phone = LineField("Phone", longest=40)

    def told(self) -> dict[str, Any]:
        """What was written, as plain values."""
        return plain(self.data)


class MendForm(PracticeForm):
    """Mends a row of a list: both partners, and what is theirs together."""

    token = HiddenField()
    a = FormField(ListedPartnerForm, "Partner A")
    b = FormField(ListedPartnerForm, "Partner B")
    opened_on = DayField(
        "File opened on", [Optional()], description="Left empty, the file is opened today."
    )
    together_since = LineField("Together since", longest=4, description="The year, such as 2017.")
    children = LineField("Children", longest=200)
    partner_line = LineField("The partner stands in line", longest=6)

    def fill(self, entry: Entry) -> None:
        """Show what an entry says now."""
        for letter, person in zip("ab", entry.people, strict=False):
            for name, value in person.items():
                getattr(self, letter).form[name].data = value
        self.opened_on.data = entry.together.get("opened_on")
        self.together_since.data = str(entry.together.get("together_since") or "")
        self.children.data = entry.together.get("children", "")

    def told(self, today: date) -> dict[str, dict[str, Any]]:
        """What was written, as plain values. Raises Refused, naming the field, for what cannot be."""
        year = self.together_since.data or ""
        if year and not (year.isdecimal() and EARLIEST_YEAR <= int(year) <= today.year):
            raise Refused(f"Enter a year from {EARLIEST_YEAR} to {today.year}.", "together_since")
        together = {
            "opened_on": self.opened_on.data,
            "together_since": int(year) if year else None,
            "children": self.children.data,
        }
        a, b = self.a.form.told(), self.b.form.told()
        for letter, told in (("a", self.a.form), ("b", self.b.form)):
            check_birth(told.born_on.data, f"{letter}-born_on", today)
        if self.opened_on.data and self.opened_on.data > today:
            raise Refused("The file cannot be opened after today.", "opened_on")
        if not a["first_name"]:
            raise Refused("Enter a first name.", "a-first_name")
        if not b["first_name"] and any(b.values()):
            raise Refused("Enter a first name.", "b-first_name")
        return {"a": a, "b": b if b["first_name"] else {}, "together": plain(together)}

    def refuse(self, reason: Refused) -> None:
        """Show a refusal beside its field; one of a partner's names its letter."""
        letter, dash, name = (reason.field or "").partition("-")
        if dash and letter in ("a", "b") and name in getattr(self, letter).form._fields:
            inner = getattr(self, letter).form[name]
            inner.errors = [*inner.errors, str(reason)]
        else:
            super().refuse(reason)
