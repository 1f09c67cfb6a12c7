"""How easy a text is to read: English as a school grade, Spanish on a scale of ease."""

import re
from dataclasses import dataclass
from functools import cache

import pyphen

#: From how many words on a text is judged, and the grade that it should not be above.
ENOUGH_TO_READ = 20
HARD_FROM = 7
LIST_MARK = re.compile(r"^\s*(?:\d+\.|[-*])\s+", re.MULTILINE)
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: A stop, with any closing quotes; a small letter after it goes on with the same sentence.
SENTENCE_END = re.compile(r"(?<=[.!?…])[”’»\"')*]*\s+(?=[^a-z])|(?<=[.!?…]»)\.\s+|\n+")
VOWELS = re.compile(r"[aeiouy]+")
#: A strong or accented vowel with the weak ones beside it, or weak vowels on their own.
SPANISH_NUCLEUS = re.compile(r"[iuü]?[aeoáéó](?:[iuüy](?![aeiouáéíóúü]))?|[íú]|[iuü]{1,2}|y\b")
#: Endings that are written and not spoken: safe, moved, sides (but not needed, places).
SILENT_ENDING = re.compile(r"(?<=[^aeiouy])e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouycghsxz])es$")


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of an English text, 0 or higher; 7 is a reader of about twelve.

    `text` may be plain or light Markdown; each line is a paragraph. A text without words
    gives 0. Formula: Kincaid and others 1975, Naval Technical Training Command report 8-75.
    """
    spoken = words(text)
    if not spoken:
        return 0.0
    sentence_length = len(spoken) / len(sentences(text))
    word_length = sum(map(syllables, spoken)) / len(spoken)
    return max(0.0, 0.39 * sentence_length + 11.8 * word_length - 15.59)


def ease_in_spanish(text: str) -> float:
    """The Fernández Huerta ease of a Spanish text: 100 is very easy, 70 and above plain.

    `text` as for `grade`; one without words gives 100. Formula: Fernández Huerta 1959,
    Consigna 214, with syllables per 100 words and words per sentence.
    """
    spoken = words(text)
    if not spoken:
        return 100.0
    sentence_length = len(spoken) / len(sentences(text))
    word_length = 100 * sum(map(spanish_syllables, spoken)) / len(spoken)
    return 206.84 - 0.60 * word_length - 1.02 * sentence_length


def sentences(text: str) -> list[str]:
    """The sentences of a text in order, list marks left out."""
    pieces = SENTENCE_END.split(LIST_MARK.sub("", text))
    return [piece.strip() for piece in pieces if WORD.search(piece)]


def words(text: str) -> list[str]:
    """The words of a text in order; “side-by-side” and “don’t” are one each."""
    return WORD.findall(LIST_MARK.sub("", text))


def syllables(word: str) -> int:
    """How many syllables an English word is spoken with, never fewer than one.

    Pyphen tells where a word may be broken in print. It never leaves a short piece on a line
    (about, very), so the vowels of each piece are counted as well.
    """
    pieces = _hyphenation().inserted(word.lower()).split("-")
    return max(1, sum(map(_spoken_vowels, pieces)))


def spanish_syllables(word: str) -> int:
    """How many syllables a Spanish word is spoken with: one for each strong or stressed vowel.

    A weak vowel (i, u) beside a strong one belongs to its syllable, unless it bears the accent.
    """
    spoken = re.sub(r"qu(?=[eéií])|gu(?=[eéií])", "k", word.lower())
    return max(1, len(SPANISH_NUCLEUS.findall(spoken)))


def _spoken_vowels(piece: str) -> int:
    letters = re.sub(r"[^a-z]", "", piece)
    if not letters:
        return 0
    groups = VOWELS.findall(letters)
    silent = len(groups) > 1 and SILENT_ENDING.search(letters) is not None
    return max(1, len(groups) - silent)


@cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


@dataclass(frozen=True)
class Reading:
    """How a text reads: “About grade 6”, and its longest sentence with how many words it has."""

    level: str
    longest: str
    words: int


def reading(text: str) -> Reading | None:
    """How an English text reads, in words; None for a text of a few words."""
    if len(words(text)) < ENOUGH_TO_READ:
        return None
    number = round(grade(text))
    level = f"Reads at about grade {max(number, 1)}"
    if number > HARD_FROM:
        level += f"; grade {HARD_FROM} or lower is easier for tired people"
    longest = max(sentences(text), key=lambda one: len(words(one)))
    return Reading(level, longest, len(words(longest)))
