"""A small shelf of homeworks to suggest from, each with the few things a suggestion goes by."""

from dataclasses import replace

from practice.library.builtin import builtin_homework
from practice.library.homework import Dose, Homework

MODEL = next(iter(builtin_homework().values()))


def homework(
    slug: str,
    *obstacles: str,
    who: str = "together",
    asks: tuple[str, ...] = (),
    elements: tuple[str, ...] = ("connection",),
    doses: tuple[int, ...] = (2, 10, 20),
    when_not: str = "",
    care: str = "",
) -> Homework:
    """A homework; done alone when `who` is each."""
    return replace(
        MODEL,
        slug=slug,
        title=slug,
        who=who,
        conjoint=who != "each",
        asks=asks,
        elements=elements,
        obstacles=obstacles,
        when_not=when_not,
        care=care,
        doses=tuple(Dose(minutes, "Do it.") for minutes in doses),
    )


SHELF = (
    homework("load", "busyness", asks=("disclosure",), elements=("connection", "safety")),
    homework("pause", "busyness", who="each", elements=("awareness",), doses=(3, 5, 10)),
    homework("walk", "busyness", "low-safety"),
    homework("longing", "protest-behavior", who="each-then-together", elements=("awareness",)),
    homework("softer", "protest-behavior", who="each", elements=("safety",)),
    homework("harbor", "low-safety", who="one-to-the-other", asks=("gaze",), elements=("safety",)),
    homework("half", "low-safety", "protest-behavior", who="each", elements=("awareness",)),
    homework("hands", "routine", asks=("touch",)),
    homework("hello", "routine", who="one-to-the-other"),
    homework("embrace", "routine", asks=("touch",), elements=("safety",)),
    homework("release", "resentment", who="each", asks=("forgiveness",), elements=("awareness",)),
    homework("thanks", "resentment", who="each", elements=("connection",)),
    homework("phones", "screens"),
)
