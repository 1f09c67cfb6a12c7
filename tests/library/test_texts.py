"""Every homework of the library, read as a fine editor and a careful clinician would read it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from practice.library.readability import grade, sentences, words
from practice.worksheets.sheets import SENTENCE

PRACTICE = Path(__file__).parents[2] / "practice"
LIBRARY = PRACTICE / "library" / "content" / "en"
CURRICULUM = tomllib.loads((PRACTICE / "curriculum.toml").read_text(encoding="utf-8"))

FIELDS = {
    "title",
    "promise",
    "who",
    "conjoint",
    "elements",
    "obstacles",
    "asks",
    "teachings",
    "needs",
    "doses",
    "track",
}
SECTIONS = [
    "Why it helps",
    "Steps",
    "Example",
    "If it gets hard",
    "When not to use it",
    "A word of care",
    "On your own",
    "What to notice",
    "To reflect on",
]
#: What the copy for one partner alone says of a homework for two; a word of care where it must.
SOLO_SECTIONS = [
    "On your own: why it helps",
    "On your own: if it gets hard",
    "On your own: a word of care",
    "On your own: what to notice",
]
#: The most words a section may have and still fit one side of a sheet.
ROOM_ON_THE_SHEET = {"Why it helps": 45, "Steps": 132, "Example": 60, "If it gets hard": 40}
#: The most sentences each may have.
SENTENCES_ALLOWED = {
    "Why it helps": (2, 4),
    "Example": (2, 5),
    "If it gets hard": (2, 3),
    "When not to use it": (1, 3),
    "A word of care": (1, 2),
    "On your own": (2, 4),
    "What to notice": (1, 2),
}
WHO = {"together", "each", "each-then-together", "one-to-the-other"}
ELEMENTS = {"awareness", "connection", "safety"}
ASKS = {"touch", "gaze", "disclosure", "forgiveness"}
MARKS = {"tick", "count", "scale"}
CORE_OBSTACLES = [key for key, known in CURRICULUM["obstacles"].items() if known.get("core")]

#: Programmes, books and exercises that belong to somebody else.
NAMED_PROGRAMMES = {
    "hold me tight",
    "daring greatly",
    "love languages",
    "seven principles",
    "36 questions",
    "love maps",
    "love map",
    "stress-reducing conversation",
    "rituals of connection",
    "sound relationship house",
    "imago dialogue",
    "intentional dialogue",
    "emotion coaching",
    "speaker-listener",
    "bids for connection",
    "nonviolent communication",
    "relationship enhancement",
    "marriage encounter",
    "unconditional positive regard",
}
FORBIDDEN_WORDS = [
    r"husbands?",
    r"wife",
    r"wives",
    r"spouses?",
    r"boyfriends?",
    r"girlfriends?",
    r"marriage",
    r"marital",
    r"married",
    r"(?:he|him|his) (?:or|and) (?:she|her|hers)",
    r"(?:she|her|hers) (?:or|and) (?:he|him|his)",
    r"s?he/s?he",
    r"his/hers?",
    r"the kids",
    r"your (?:kids|children|church)",
    r"compliance",
    r"compliant",
    r"intimacy",
    r"intimate",
    r"attachment",
    r"dysregulated",
    r"should",
    r"studies show",
    r"utili[sz]e",
]
BRITISH_SPELLINGS = r"\b(?:favour\w*|colour\w*|practise\w*|apologis\w*|neighbour\w*|centre\w*)\b"


@dataclass(frozen=True)
class Homework:
    """One file of the library, taken apart."""

    slug: str
    raw: str
    front: dict[str, Any]
    sections: dict[str, str]

    @property
    def steps(self) -> list[str]:
        return re.findall(r"^\d+\. (.+)$", self.sections["Steps"], re.MULTILINE)

    @property
    def for_the_couple(self) -> str:
        """What the couple reads: all but the clinician's paragraph."""
        told = [text for name, text in self.sections.items() if name != "When not to use it"]
        doses = [dose["do"] for dose in self.front["doses"]]
        return "\n".join([self.front["title"], self.front["promise"], *doses, *told])


def taken_apart(path: Path) -> Homework:
    raw = path.read_text(encoding="utf-8")
    opening, front, body = raw.split("+++\n", 2)
    assert opening == "", f"{path.name} begins with its front matter"
    parts = re.split(r"^## (.+)\n", body, flags=re.MULTILINE)
    assert parts[0].strip() == "", f"{path.name} has words before its first heading"
    sections = dict(zip(parts[1::2], map(str.strip, parts[2::2]), strict=True))
    return Homework(path.stem, raw, tomllib.loads(front), sections)


@cache
def library() -> tuple[Homework, ...]:
    return tuple(taken_apart(path) for path in sorted(LIBRARY.glob("*.md")))


each_homework = pytest.mark.parametrize("homework", library(), ids=lambda homework: homework.slug)


# ------------------------------------------------------------------ one homework at a time


@each_homework
def test_every_field_is_there_and_no_other(homework: Homework) -> None:
    is_for_two = homework.front["conjoint"]
    assert set(homework.front) == FIELDS | ({"solo"} if is_for_two else set())


@each_homework
def test_the_headings_are_the_fixed_ones_in_their_order(homework: Homework) -> None:
    found = list(homework.sections)
    solo = [one for one in SOLO_SECTIONS if one in found or "care" not in one]
    assert found == SECTIONS + (solo if homework.front["conjoint"] else [])
    assert all(homework.sections.values())


@each_homework
def test_the_file_is_named_after_its_title(homework: Homework) -> None:
    plain = re.sub(r"[^a-z0-9 -]", "", homework.front["title"].lower())
    assert homework.slug == plain.replace(" ", "-")


@each_homework
def test_the_promise_and_the_needs_are_short_sentences(homework: Homework) -> None:
    assert homework.front["promise"].endswith(".") and homework.front["needs"].endswith(".")
    assert len(sentences(homework.front["promise"])) == 1
    assert len(words(homework.front["promise"])) <= 15
    assert len(words(homework.front["needs"])) <= 20


@each_homework
def test_only_known_words_are_used_for_what_it_is(homework: Homework) -> None:
    front = homework.front
    assert front["who"] in WHO
    assert isinstance(front["conjoint"], bool)
    assert front["elements"] and set(front["elements"]) <= ELEMENTS
    assert front["obstacles"] and set(front["obstacles"]) <= set(CURRICULUM["obstacles"])
    assert set(front["asks"]) <= ASKS
    for listed in ("elements", "obstacles", "asks", "teachings"):
        assert len(front[listed]) == len(set(front[listed])), f"{listed} says a thing twice"


@each_homework
def test_it_is_drawn_from_two_to_six_known_teachings(homework: Homework) -> None:
    known = {teaching["id"] for teaching in CURRICULUM["teaching"]}
    assert set(homework.front["teachings"]) <= known
    assert 2 <= len(homework.front["teachings"]) <= 6


@each_homework
def test_what_one_does_alone_is_not_conjoint(homework: Homework) -> None:
    assert homework.front["conjoint"] == (homework.front["who"] != "each")


@each_homework
def test_there_are_three_doses_and_the_smallest_is_tiny(homework: Homework) -> None:
    minutes = [dose["minutes"] for dose in homework.front["doses"]]
    assert len(minutes) == 3
    assert minutes == [2, 10, 20]
    assert all(dose["do"].endswith(".") for dose in homework.front["doses"])


@each_homework
def test_the_tracker_has_one_or_two_rows(homework: Homework) -> None:
    rows = homework.front["track"]
    assert 1 <= len(rows) <= 2
    for row in rows:
        assert row["mark"] in MARKS
        assert "10" not in row["row"], "the sheet itself prints the scale"


@each_homework
def test_three_to_seven_steps_each_begin_with_the_doing(homework: Homework) -> None:
    numbers = re.findall(r"^(\d+)\. ", homework.sections["Steps"], re.MULTILINE)
    assert 3 <= len(numbers) <= 7
    assert numbers == [str(n + 1) for n in range(len(numbers))]
    for step in homework.steps:
        opening = re.match(r"\*\*([^*]+[.”?])\*\* \S", step)
        assert opening, f"a step opens with a bold sentence: {step}"
        assert 2 <= len(words(opening[1])) <= 6, opening[1]


@each_homework
def test_it_fits_the_sheet(homework: Homework) -> None:
    for section, most in ROOM_ON_THE_SHEET.items():
        assert len(words(homework.sections[section])) <= most, section
    for section, (fewest, most) in SENTENCES_ALLOWED.items():
        assert fewest <= len(sentences(homework.sections[section])) <= most, section


@each_homework
def test_it_reads_at_grade_seven_or_below(homework: Homework) -> None:
    told = "\n".join(homework.sections[name] for name in ("Steps", "Example", "Why it helps"))
    assert grade(told) <= 7.0


@each_homework
def test_sentences_are_short(homework: Homework) -> None:
    lengths = {line: len(words(line)) for line in sentences(homework.for_the_couple)}
    assert sum(lengths.values()) / len(lengths) <= 12
    assert {line for line, length in lengths.items() if length > 20} == set()


@each_homework
def test_what_asks_for_daring_says_first_that_stopping_is_allowed(homework: Homework) -> None:
    if homework.front["asks"]:
        leave = r"\b(?:may|can|how to)\b[^.]*\bstops?\b"
        assert re.search(leave, homework.steps[0], re.IGNORECASE), homework.steps[0]


@each_homework
def test_every_homework_has_a_word_of_care(homework: Homework) -> None:
    assert "therapist" in homework.sections["A word of care"]
    assert homework.sections["When not to use it"] != homework.sections["A word of care"]


@each_homework
def test_the_words_are_for_every_couple(homework: Homework) -> None:
    for word in FORBIDDEN_WORDS:
        assert not re.search(rf"\b{word}\b", homework.raw, re.IGNORECASE), word
    assert "!" not in homework.raw
    assert not re.search(BRITISH_SPELLINGS, homework.raw, re.IGNORECASE)


@each_homework
def test_the_type_is_set_with_care(homework: Homework) -> None:
    body = "\n".join(homework.sections.values())
    assert '"' not in body and "'" not in homework.raw, "curly quotes and apostrophes"
    assert body.count("“") == body.count("”")
    assert "  " not in homework.raw and "..." not in homework.raw
    assert homework.raw.endswith("\n") and not homework.raw.endswith("\n\n")


@each_homework
def test_the_title_is_our_own(homework: Homework) -> None:
    title = homework.front["title"].lower()
    headings = {heading_of(teaching) for teaching in CURRICULUM["teaching"]}
    headings |= {article["title"].lower() for article in CURRICULUM["articles"].values()}
    assert title not in headings
    assert not any(name in title for name in NAMED_PROGRAMMES)


def heading_of(teaching: dict[str, str]) -> str:
    """The heading as it is read: without the article's own numbering."""
    return re.sub(r"^(?:\d+\.|key \d+:) ", "", teaching["heading"].lower())


# ------------------------------------------------------------------ the library as a whole


@pytest.mark.parametrize("obstacle", CORE_OBSTACLES)
def test_each_core_obstacle_comes_first_in_six_or_more(obstacle: str) -> None:
    served = [homework for homework in library() if homework.front["obstacles"][0] == obstacle]
    assert len(served) >= 6


def test_every_kind_of_doing_and_every_element_is_there() -> None:
    assert {homework.front["who"] for homework in library()} == WHO
    assert {part for homework in library() for part in homework.front["elements"]} == ELEMENTS


def test_at_least_six_can_be_done_wholly_by_one_partner() -> None:
    by_one = {"each", "one-to-the-other"}
    assert sum(homework.front["who"] in by_one for homework in library()) >= 6


def test_no_two_homeworks_say_the_same_thing() -> None:
    passages: dict[str, str] = {}
    for homework in library():
        for line in [homework.front["promise"], *homework.steps, *homework.sections.values()]:
            assert line not in passages, f"{homework.slug} repeats {passages.get(line)}"
            passages[line] = homework.slug


NEEDS_THE_STEPS = re.compile(
    r"\b(?:(?:these|the|this|all) (?:steps?|exercise|practice)|this way|all of this|the whole of it|"
    r"same (?:question|way)|your (?:list|five lines|thing|three steps)|steps? \d|homework)\b",
    re.IGNORECASE,
)


@each_homework
def test_the_solo_variant_stands_alone_on_its_sheet(homework: Homework) -> None:
    alone = homework.sections["On your own"]
    assert not NEEDS_THE_STEPS.search(alone), alone
    printed = [one.strip() for one in SENTENCE.findall(alone)]
    assert " ".join(printed) == alone
    assert 2 <= len(printed) <= 4
    if homework.front["asks"] and homework.front["conjoint"]:
        assert re.search(r"\bstop\b", alone, re.IGNORECASE)


def reaching(key: str, value: str) -> int:
    """How many homeworks name `value` under `key`."""
    return sum(value in homework.front[key] for homework in library())


def test_the_library_covers_what_the_articles_teach() -> None:
    taught = {teaching["id"] for teaching in CURRICULUM["teaching"]}
    assert len(library()) >= 45
    assert {one for homework in library() for one in homework.front["teachings"]} == taught
    for key, known in CURRICULUM["obstacles"].items():
        assert reaching("obstacles", key) >= (10 if known.get("core") else 4), key
    for element in ELEMENTS:
        assert reaching("elements", element) >= 12
    assert sum(homework.front["who"] == "each" for homework in library()) >= 15
