"""Which homework does not belong in a couple's file: what their safety screens and cautions say."""

from practice.couples.models import Couple
from practice.couples.safety import gate
from practice.library import custom
from practice.library.homework import Homework

TOGETHER = "This one is made for two."
OF_CONTROL = "Its own caution speaks of control, fear or being watched."


def out_of_place(couple: Couple | None) -> dict[str, str]:
    """Why each homework that does not belong here does not, by its name; nothing for no couple.

    Where a screen is coercive: what is done together, and what its own caution speaks against.
    """
    if couple is None or gate(couple).level != "refused":
        return {}
    shelf = custom.catalog()
    return {
        slug: TOGETHER if told[0].conjoint else OF_CONTROL
        for slug, told in shelf.told.items()
        if told[0].conjoint or slug in shelf.of_control
    }


def why_not_here(homework: Homework, couple: Couple | None) -> str:
    """What is said beside a homework that does not belong in this couple's file; else nothing."""
    why = out_of_place(couple).get(homework.slug, "")
    return f"{gate(couple).why} {why}" if couple and why else ""
