"""Between the form and the file: the words of a homework as its form has them, and the homework.

A form's words are plain values by field. Those in Spanish stand beside the English ones, under
the same name with `_es`, so that both have one shape.
"""

from collections.abc import Container, Iterable
from typing import Any

from practice.handouts.sheet import Mark, Step
from practice.library.catalog import Translations
from practice.library.homework import ENGLISH, SPANISH, WHO, Dose, Homework, Solo, Track
from practice.library.parse import ASKS, one_line, paragraphs
from practice.vocabulary import OBSTACLES, Element, curriculum

Words = dict[str, Any]
LINES = ("title", "promise", "needs")
PROSE = ("why", "example", "if_hard", "care", "alone", "notice")
#: A field that takes one a line.
LISTS = ("questions",)
#: What is said to one partner alone; in the form each has `solo_` before its name.
SOLO_LINES = ("solo_title", "solo_promise")
SOLO_PROSE = ("solo_why", "solo_if_hard", "solo_care", "solo_notice")
#: Every text that stands by itself, in each language.
TEXTS = (*LINES, *PROSE, *LISTS, *SOLO_LINES, *SOLO_PROSE)
#: Said to the clinician, in English alone.
CLINICAL = ("when_not",)
#: The repeated parts, with the texts of a row and what it has besides.
ROWS = {"steps": ("lead", "text"), "doses": ("do",), "track": ("row",), "solo_track": ("row",)}
BESIDES = {"steps": (), "doses": ("minutes",), "track": ("mark",), "solo_track": ("mark",)}
LIKE = "_es"


def words_of(told: Translations) -> Words:
    """The words of a homework, as its form shows them."""
    english = told[0]
    words: Words = {
        "who": english.who,
        "builds": list(english.elements),
        "serves": english.obstacles[0],
        "also": list(english.obstacles[1:]),
        "asks": list(english.asks),
        "teachings": list(english.teachings),
        "when_not": english.when_not,
    }
    words |= {name: [{} for _ in part_of(english, name)] for name in ROWS}
    for one in told:
        mark = "" if one.language == ENGLISH else LIKE
        words |= {name + mark: part_of(one, name) for name in TEXTS if name not in LISTS}
        words |= {name + mark: "\n".join(part_of(one, name)) for name in LISTS}
        for name, texts in ROWS.items():
            for row, said in zip(words[name], part_of(one, name), strict=True):
                row |= {text + mark: getattr(said, text) for text in texts}
                row |= {key: str(getattr(said, key)) for key in BESIDES[name]}
    return words


def part_of(homework: Homework, name: str) -> Any:
    """What a homework says under the name that a field of the form has."""
    own_name = name.removeprefix("solo_")
    return getattr(homework if own_name == name else homework.solo, own_name)


def told_by_words(words: Words, slug: str) -> Translations:
    """The homework that a form's words tell, in each language they are in.

    Takes words that are not right yet too: what is missing is empty.
    """
    english = in_one_language(words, slug, ENGLISH)
    return (english, in_one_language(words, slug, SPANISH)) if is_in_spanish(words) else (english,)


def in_one_language(words: Words, slug: str, language: str) -> Homework:
    """The homework that the words of one language tell."""
    mark = "" if language == ENGLISH else LIKE
    who = words["who"] if words.get("who") in WHO[ENGLISH] else "together"
    obstacles = dict.fromkeys([words.get("serves"), *(words.get("also") or ())])
    return Homework(
        slug=slug,
        language=language,
        who=who,
        conjoint=who != "each",
        elements=offered(words.get("builds"), set(Element)),
        obstacles=offered(obstacles, OBSTACLES),
        asks=offered(words.get("asks"), ASKS),
        teachings=offered(words.get("teachings"), curriculum().teachings),
        doses=tuple(
            Dose(minutes_of(row), one_line(row.get(f"do{mark}") or ""))
            for row in rows(words, "doses")
        ),
        track=track_of(words, "track", mark),
        steps=tuple(
            Step(one_line(row.get(f"lead{mark}") or ""), one_line(row.get(f"text{mark}") or ""))
            for row in rows(words, "steps")
        ),
        when_not=prose(words, "when_not"),
        **{name: one_line(words.get(name + mark) or "") for name in LINES},
        **{name: prose(words, name + mark) for name in PROSE},
        questions=questions_in(words.get("questions" + mark)),
        solo=solo_of(words, mark),
    )


def questions_in(text: str | None) -> tuple[str, ...]:
    """The questions of a field that takes one a line."""
    return tuple(line for one in (text or "").splitlines() if (line := one_line(one)))


def solo_of(words: Words, mark: str) -> Solo:
    """What the words of one language say to one partner alone."""
    lines = {name: one_line(words.get(name + mark) or "") for name in SOLO_LINES}
    told = {**lines, **{name: prose(words, name + mark) for name in SOLO_PROSE}}
    told = {name.removeprefix("solo_"): text for name, text in told.items()}
    return Solo(**told, track=track_of(words, "solo_track", mark))


def track_of(words: Words, name: str, mark: str) -> tuple[Track, ...]:
    """The rows of a tracker in one language."""
    found = rows(words, name)
    return tuple(Track(one_line(row.get(f"row{mark}") or ""), mark_of(row)) for row in found)


def offered(chosen: Iterable[Any] | None, known: Container[str]) -> tuple[str, ...]:
    """What was chosen, as far as it is there to be chosen."""
    return tuple(one for one in chosen or () if one and one in known)


def mark_of(row: Words) -> Mark:
    """What goes into a day of a row: a tick unless another is chosen."""
    chosen = row.get("mark")
    return "count" if chosen == "count" else "scale" if chosen == "scale" else "tick"


def rows(words: Words, name: str) -> list[Words]:
    """The rows of a repeated part that say something. Sizes always stand."""
    found = words.get(name) or []
    return [row for row in found if name == "doses" or not is_blank(row, name)]


def is_blank(row: Words, name: str) -> bool:
    """Whether nothing was written in a row, in any language."""
    return not any(
        (row.get(text + mark) or "").strip() for text in ROWS[name] for mark in ("", LIKE)
    )


def prose(words: Words, name: str) -> str:
    """Several paragraphs, as a file keeps them."""
    return "\n\n".join(paragraphs(words.get(name) or ""))


def minutes_of(row: Words) -> int:
    """The minutes of a size; 0 for what is no number."""
    text = str(row.get("minutes") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def is_in_spanish(words: Words) -> bool:
    """Whether anything was written in Spanish."""
    if any((words.get(name + LIKE) or "").strip() for name in TEXTS):
        return True
    return any(
        (row.get(text + LIKE) or "").strip()
        for name, texts in ROWS.items()
        for row in words.get(name) or ()
        for text in texts
    )


def rearranged(words: Words, change: str, most: dict[str, int]) -> Words:
    """The words with a row added, taken away or moved up: "add-steps", "remove-steps-2", "up-steps-2".

    `most` says how many rows a part may have. What cannot be done leaves the words as they are.
    """
    deed, _, rest = change.partition("-")
    name, _, place = rest.partition("-")
    if name not in most:
        return words
    found = list(words.get(name) or [])
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else -1
    if deed == "add" and len(found) < most[name]:
        found.append({})
    elif deed == "remove" and 0 <= at < len(found):
        del found[at]
    elif deed == "up" and 0 < at < len(found):
        found[at - 1], found[at] = found[at], found[at - 1]
    return {**words, name: found}


def differing(mine: Words, theirs: Words) -> list[tuple[str, str, str]]:
    """Where two drafts differ: the field, and both texts as they read."""
    names = dict.fromkeys((*mine, *theirs))
    texts = ((name, as_read(mine.get(name)), as_read(theirs.get(name))) for name in names)
    return [one for one in texts if one[1] != one[2]]


def as_read(value: Any) -> str:
    """A value of a form, as one reads it."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(as_read, value)))
    if isinstance(value, dict):
        return " ".join(filter(None, map(as_read, value.values())))
    return str(value or "")
