"""Finding a homework on the shelf: by words, forgiving of typing, and by what it is for.

Pure functions over a shelf. Its words are folded once, in every language, so that a search
in one language also finds what is remembered in another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from practice.couples.names import fold
from practice.library.catalog import Catalog, Translations, builtin_catalog
from practice.library.homework import ENGLISH, Homework
from practice.vocabulary import OBSTACLES

LONGEST_WORD = 40
MOST_WORDS = 8
#: The sizes one may ask for: the words, and between how many minutes there must be one.
TIMES = {
    "2": ("2 minutes at most", 1, 2),
    "10": ("3 to 10 minutes", 3, 10),
    "20": ("11 to 20 minutes", 11, 20),
    "longer": ("More than 20 minutes", 21, 10_000),
}
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
    time: str = "",
    language: str = ENGLISH,
    shelf: Catalog | None = None,
) -> list[Homework]:
    """The homeworks that fit, in `language`: those whose title was meant first, then by title.

    Every word must be found, or something spelled almost like it; an empty string asks nothing.
    Looks on `shelf`, or in the library alone.
    """
    shelf = shelf or builtin_catalog()
    fitting = [
        homework
        for homework in shelf.in_language(language).values()
        if (not obstacle or obstacle in homework.obstacles)
        and (not element or element in homework.elements)
        and (not who or who == homework.who)
        and (not time or has_size(homework, time))
    ]
    asked = [word[:LONGEST_WORD] for word in fold(words).split()][:MOST_WORDS]
    if not asked:
        return [] if words.strip() else fitting
    index = index_of(tuple(shelf.told.values()))
    meant = [index.meant_by(word) for word in asked]
    weighed = [(index.weight_of(homework.slug, meant), homework) for homework in fitting]
    weighed.sort(key=lambda one: -one[0])
    return [homework for weight, homework in weighed if weight]


def times_that_tell(shelf: Catalog) -> list[str]:
    """The times that some homework on a shelf can be done in and some cannot.

    Every homework of the library comes in the same three sizes, so there it is none of them.
    """
    told = [told[0] for told in shelf.told.values()]
    return [time for time in TIMES if 0 < sum(has_size(one, time) for one in told) < len(told)]


def has_size(homework: Homework, time: str) -> bool:
    """Whether one of its doses takes about that time."""
    _, least, most = TIMES[time]
    return any(least <= dose.minutes <= most for dose in homework.doses)


@dataclass(frozen=True)
class Index:
    """The words of a shelf: where those of each homework are, by slug, and all of them once."""

    shelved: dict[str, Shelved]
    words: tuple[str, ...]

    def weight_of(self, slug: str, meant: list[frozenset[str]]) -> int:
        """How well a homework answers what each word may mean; 0 when one of them is not in it."""
        weights = [self.shelved[slug].weight(one) for one in meant]
        return sum(weights) if all(weights) else 0

    def meant_by(self, word: str) -> frozenset[str]:
        """The shelf's words that a typed word may stand for.

        Those it begins, as one types; where it begins none, those that differ the least.
        """
        begun = frozenset(known for known in self.words if known.startswith(word))
        return begun or self.nearest(word)

    def nearest(self, word: str) -> frozenset[str]:
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
                [known[:cut] for known in self.words],
                scorer=OSA.distance,
                score_cutoff=slips,
                limit=None,
            )
            for _, apart, place in near:
                known = self.words[place]
                found[known] = min(apart, found.get(known, slips))
        least = min(found.values(), default=0)
        return frozenset(known for known, apart in found.items() if apart == least)


def slips_forgiven(word: str) -> int:
    """How many letters may be wrong, missing, added or swapped."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 7 else 2


@lru_cache(maxsize=50)
def index_of(everything: tuple[Translations, ...]) -> Index:
    """The words of some homeworks, each told in every language it is in."""
    shelved = {told[0].slug: shelved_as(told) for told in everything}
    every = (one.title | one.promise | one.rest for one in shelved.values())
    return Index(shelved, tuple(sorted(frozenset().union(*every))))


@lru_cache(maxsize=1000)
def shelved_as(told: Translations) -> Shelved:
    """One homework's words, of every language it is in."""
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
