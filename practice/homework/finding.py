"""Finding a homework in the library: by words, forgiving of typing, and by what it is for.

Pure functions over the library. Its words are folded once, in every language, so that a search
in one language also finds what is remembered in another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from practice.couples.names import fold
from practice.homework.library import ENGLISH, LANGUAGES, Homework, library
from practice.vocabulary import OBSTACLES

LONGEST_WORD = 40
MOST_WORDS = 8
#: How much a word found there counts; the title before everything else.
TITLE, PROMISE, REST = 100, 3, 1


@dataclass(frozen=True)
class Shelved:
    """Where a homework's words are: each a set of folded words, all languages together."""

    title: frozenset[str]
    promise: frozenset[str]
    rest: frozenset[str]

    def weight(self, meant: frozenset[str]) -> int:
        """How much it counts that one of these words is here; 0 when none is."""
        for words, weight in ((self.title, TITLE), (self.promise, PROMISE), (self.rest, REST)):
            if not words.isdisjoint(meant):
                return weight
        return 0


def find(
    words: str = "",
    *,
    obstacle: str = "",
    element: str = "",
    who: str = "",
    language: str = ENGLISH,
) -> list[Homework]:
    """The homeworks that fit, in `language`: those whose title was meant first, then by title.

    Every word must be found, or something spelled almost like it; an empty string asks nothing.
    """
    fitting = [
        homework
        for homework in library(language).values()
        if (not obstacle or obstacle in homework.obstacles)
        and (not element or element in homework.elements)
        and (not who or who == homework.who)
    ]
    asked = [word[:LONGEST_WORD] for word in fold(words).split()][:MOST_WORDS]
    if not asked:
        return [] if words.strip() else fitting
    meant = [meant_by(word) for word in asked]
    weighed = [(weight_of(homework.slug, meant), homework) for homework in fitting]
    weighed.sort(key=lambda one: -one[0])
    return [homework for weight, homework in weighed if weight]


def weight_of(slug: str, meant: list[frozenset[str]]) -> int:
    """How well a homework answers what each word may mean; 0 when one of them is not in it."""
    weights = [shelves()[slug].weight(one) for one in meant]
    return sum(weights) if all(weights) else 0


def meant_by(word: str) -> frozenset[str]:
    """The library's words that a typed word may stand for.

    Those it begins, as one types; where it begins none, those that differ the least.
    """
    begun = frozenset(known for known in all_words() if known.startswith(word))
    return begun or nearest(word)


def nearest(word: str) -> frozenset[str]:
    """The words with the fewest slips of a finger between: none, in the shortest words.

    From five letters on, a beginning of a word may be near too, as one types.
    """
    slips = slips_forgiven(word)
    if not slips:
        return frozenset()
    found: dict[str, int] = {}
    for cut in (None, len(word), len(word) + 1) if len(word) > 4 else (None,):
        near = process.extract(
            word,
            [known[:cut] for known in all_words()],
            scorer=OSA.distance,
            score_cutoff=slips,
            limit=None,
        )
        for _, apart, place in near:
            known = all_words()[place]
            found[known] = min(apart, found.get(known, slips))
    least = min(found.values(), default=0)
    return frozenset(known for known, apart in found.items() if apart == least)


def slips_forgiven(word: str) -> int:
    """How many letters may be wrong, missing, added or swapped."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 7 else 2


@cache
def shelves() -> dict[str, Shelved]:
    """Where the words of every homework are, by slug."""
    return {slug: shelved(slug) for slug in library()}


def shelved(slug: str) -> Shelved:
    """One homework's words, of every language it is in."""
    told = [library(language)[slug] for language in LANGUAGES if slug in library(language)]
    return Shelved(
        title=folded(one.title for one in told),
        promise=folded(one.promise for one in told),
        rest=folded(text for one in told for text in texts_of(one)),
    )


def texts_of(homework: Homework) -> list[str]:
    """What is searched besides title and promise: what it is for, what it needs, its steps."""
    return [
        *(OBSTACLES[key].label for key in homework.obstacles),
        *homework.elements,
        homework.needs,
        *(f"{step.lead} {step.text}" for step in homework.steps),
    ]


def folded(texts: Iterable[str]) -> frozenset[str]:
    """The words of some texts, without case, accents or punctuation."""
    return frozenset(word for text in texts for word in fold(text).split())


@cache
def all_words() -> tuple[str, ...]:
    """Every word of the library once."""
    every = (one.title | one.promise | one.rest for one in shelves().values())
    return tuple(sorted(frozenset().union(*every)))
