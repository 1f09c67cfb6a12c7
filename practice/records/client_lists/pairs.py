"""Who may belong together in a client list of one row a person: proposed, and never taken for sure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from practice.couples.names import fold, folded_person
from practice.records.client_lists.row import RowRead

#: Below this age someone is more likely a child of the house than a partner.
GROWN_UP = 18
#: A gap of so many years, with the same last name, may be one between parent and child.
A_GENERATION = 16


@dataclass(frozen=True)
class Proposal:
    """Two rows that may be a couple, and what speaks for it. `is_weak` ones are confirmed singly."""

    first: int
    second: int
    because: str
    is_weak: bool = False
    #: Whether years enough for parent and child lie between them.
    is_far_apart: bool = False


def propose(rows: Sequence[RowRead], today_year: int) -> list[Proposal]:
    """Pairs among the rows of one person each, each row in one of them at most.

    Whoever names the other comes first, then a household, a street, a phone or e-mail address they
    share, and last of all the same last name. Three that share something are not paired.
    """
    found = [*reciprocal(rows)]
    taken = {row for one in found for row in (one.first, one.second)}
    single = [one for one in rows if len(one.people) == 1 and one.row not in taken]
    ways: list[tuple[Callable[[RowRead], str], str, bool]] = [
        (lambda one: one.household, "They share a household", False),
        (lambda one: one.address, "They share a street", False),
        (lambda one: str(one.people[0].get("phone", "")), "They share a phone number", True),
        (lambda one: str(one.people[0].get("email", "")), "They share an e-mail address", True),
        (lambda one: fold(one.people[0]["last_name"]), "They have the same last name", True),
    ]
    for told, because, is_weak in ways:
        for group in alike(single, told):
            if len(group) == 2 and not taken & {one.row for one in group}:
                one, two = group
                found.append(proposal(one, two, because, is_weak, today_year))
                taken |= {one.row, two.row}
        if any(one.household for one in single):
            break  # the list itself says who lives together
        single = [one for one in single if one.row not in taken]
    return found


def reciprocal(rows: Iterable[RowRead]) -> list[Proposal]:
    """Rows that name each other: hers with him as spouse, and his with her."""
    named: dict[tuple[str, str], int] = {}
    found: list[Proposal] = []
    taken: set[int] = set()
    for one in rows:
        if len(one.people) != 2 or one.look or one.unowned:
            continue
        mine, other = (person_of(each) for each in one.people)
        earlier = named.get((other, mine))
        if earlier is not None and earlier not in taken and mine != other:
            found.append(Proposal(earlier, one.row, "Each row names the other."))
            taken |= {earlier, one.row}
        named.setdefault((mine, other), one.row)
    return found


def alike(rows: Iterable[RowRead], told: Callable[[RowRead], str]) -> list[list[RowRead]]:
    """The rows in groups by what they tell, without those that tell nothing."""
    groups: dict[str, list[RowRead]] = defaultdict(list)
    for one in rows:
        if key := told(one):
            groups[key].append(one)
    return list(groups.values())


def proposal(one: RowRead, two: RowRead, because: str, is_weak: bool, year: int) -> Proposal:
    """A pair, and what speaks against it, such as the age of one."""
    births = [
        person["born_on"].year
        for read in (one, two)
        for person in read.people
        if "born_on" in person
    ]
    against, is_far_apart = "", False
    if births and year - max(births) < GROWN_UP:
        against = f"One of them was born in {max(births)}."
    elif len(births) == 2 and max(births) - min(births) >= A_GENERATION:
        against = f"They were born {max(births) - min(births)} years apart."
        is_far_apart = True
    words = f"{because}. {against}".strip() if against else f"{because}."
    return Proposal(one.row, two.row, words, is_weak or bool(against), is_far_apart)


def crowds(rows: Sequence[RowRead]) -> dict[int, str]:
    """What is said at rows that share a household with two others or more, by row."""
    single = [one for one in rows if len(one.people) == 1]
    return {
        one.row: f"{len(group)} rows share this household. Say who of them is a couple."
        for group in alike(single, lambda read: read.household)
        if len(group) > 2
        for one in group
    }


def person_of(person: dict[str, Any]) -> str:
    """What one person is recognised by."""
    return folded_person(person["first_name"], person["last_name"])
