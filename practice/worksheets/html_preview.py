"""A partner's sheet on a screen: the same values that are printed, and a look before it is given."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import g
from flask_security import current_user

from practice.assignments.models import Assignment
from practice.assignments.service import Plan
from practice.couples.models import Couple
from practice.couples.safety import policy_in_force
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.labels import labels_for, row_label, week_from
from practice.library import custom
from practice.library.homework import Homework
from practice.worksheets.sheets import copies_of, copy_name, sheet

#: Where each partner's own code will stand, on a sheet that has none yet.
NO_CODE = "····-····"


def screen_values(page: ExerciseSheet) -> dict[str, Any]:
    """What the template shows: the sheet, its fixed words, and its table's rows and days."""
    words = labels_for(page)
    return {
        "sheet": page,
        "words": words,
        "days": week_from(page.first_weekday, words.days),
        "rows": [row_label(row, words) for row in page.tracker],
    }


def preview(
    couple: Couple, homework: Homework, plan: Mapping[str, Any], shown: str
) -> dict[str, Any]:
    """The sheet as it would be given, and the copies there would be.

    `plan` is what was agreed as far as it can be read (`assignments.service.Plan`); the rest is as
    the form begins. `shown` is the copy asked for. Nothing is stored.
    """
    first = {
        "for_whom": "couple",
        "dose": homework.smallest.minutes,
        "due_on": g.today + timedelta(days=7),
        "days": 0,
    }
    assignment = Assignment(
        couple_id=couple.id,
        slug=homework.slug,
        wording=custom.catalog().wording(homework),
        title=homework.title,
        given_on=g.today,
        code_a=NO_CODE,
        code_b=NO_CODE,
        **{**dict.fromkeys(Plan.__dataclass_fields__, ""), **first, **plan},
    )
    copies = copies_of(assignment)
    copy = shown if shown in copies else copies[0]
    policy = policy_in_force(couple)
    page = sheet(assignment, couple, copy, g.practice, current_user, policy)
    return {
        **screen_values(page),
        "copies": [(one, copy_name(one, couple)) for one in copies],
        "copy": copy,
    }
