"""Names: folded for searching and recognising, and told apart when two are alike."""

import unicodedata

from practice.couples.models import OfACouple, Partner

#: Letters with a stroke, and joined letters, which Unicode does not take apart by itself.
STROKES = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
NAMES_LENGTH = 900
PERSON_LENGTH = 200


def fold(text: str) -> str:
    """`text` in lower case, without accents, marks or punctuation, one space between words."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = []
    for character in apart.translate(STROKES):
        kind = unicodedata.category(character)
        if kind == "Mn" or (kind.startswith("C") and kind != "Cc") or character in "'’ʼ`":
            continue  # an accent, an invisible joiner, or an apostrophe
        letters.append(" " if kind[0] in "PZC" else character)
    return " ".join("".join(letters).split())


def folded_names(a: Partner, b: Partner) -> str:
    """What the search box looks in: both names as shown, then first names they do not go by."""
    shown = (a.known_as, a.last_name, b.known_as, b.last_name)
    unused = (one.first_name for one in (a, b) if one.goes_by)
    return fold(" ".join((*shown, *unused)))[:NAMES_LENGTH]


def folded_person(first_name: str, last_name: str) -> str:
    """What one person is recognised by."""
    return fold(f"{first_name} {last_name}")[:PERSON_LENGTH]


def told_apart(couple: OfACouple) -> dict[str, str]:
    """Each partner's short name by letter, for clinicians' pages: “Maya”; “Alex O.”, “Alex R.”

    Two who go by the same name get as much of the surname as it takes, or their letter.
    """
    a, b = couple.a, couple.b
    if fold(a.known_as) != fold(b.known_as):
        return {"a": a.known_as, "b": b.known_as}
    for length in (1, 2, 3):
        ends = a.last_name[:length], b.last_name[:length]
        if all(ends) and fold(ends[0]) != fold(ends[1]):
            return {"a": f"{a.known_as} {ends[0]}.", "b": f"{b.known_as} {ends[1]}."}
    return {"a": f"{a.known_as} (A)", "b": f"{b.known_as} (B)"}


def both_told_apart(couple: OfACouple) -> str:
    """“Maya and Jonah”, “Alex O. and Alex R.”: a couple in short, for clinicians' pages."""
    return " and ".join(told_apart(couple).values())


def initials(couple: OfACouple) -> dict[str, str]:
    """One letter for each partner, by letter A and B, for small charts: two when they are alike."""
    a, b = couple.a, couple.b
    first = {"a": a.known_as[:1].upper(), "b": b.known_as[:1].upper()}
    if first["a"] != first["b"]:
        return first
    both = {"a": first["a"] + a.last_name[:2], "b": first["b"] + b.last_name[:2]}
    for length in (2, 3):
        if both["a"][:length] != both["b"][:length]:
            return {letter: text[:length] for letter, text in both.items()}
    return {"a": "A", "b": "B"}
