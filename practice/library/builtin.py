"""The homework library: every built-in homework, read once."""

from functools import cache
from pathlib import Path

from practice.library.homework import ENGLISH, Homework
from practice.library.parse import read

LIBRARY = Path(__file__).parent / "content"


@cache
def builtin_homework(language: str = ENGLISH) -> dict[str, Homework]:
    """Every homework in a language by slug, in the order of their titles."""
    found = [read(path) for path in (LIBRARY / language).glob("*.md")]
    return {one.slug: one for one in sorted(found, key=lambda one: one.filed_under)}
