"""What homework there is for one user: the library's, and the practice's own that they see.

Plain values, put together by `own.shelf`. Whatever chooses, finds, suggests or gives homework
asks the shelf, and not the library.
"""

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from practice.library.builtin import builtin_homework
from practice.library.cautions import is_of_control
from practice.library.homework import ENGLISH, LANGUAGES, Homework

#: One homework in every language it is in, English first.
Translations = tuple[Homework, ...]


@dataclass(frozen=True)
class Owned:
    """How one of the practice's own homeworks stands."""

    id: int
    version: int
    is_mine: bool
    is_shared: bool

    @property
    def whose(self) -> str:
        """“Ours” when the practice shares it, else “Only you”."""
        return "Ours" if self.is_shared else "Only you"


@dataclass(frozen=True)
class Catalog:
    """Homework by slug, in the order of the titles; `owned` tells which is the practice's own."""

    told: dict[str, Translations]
    owned: dict[str, Owned] = field(default_factory=dict)

    def in_language(self, language: str) -> dict[str, Homework]:
        """Every homework in a language; in English where it is not in that language."""
        found = [in_language(told, language) for told in self.told.values()]
        return {one.slug: one for one in sorted(found, key=lambda one: one.filed_under)}

    @cached_property
    def of_control(self) -> frozenset[str]:
        """Those whose own caution, in any language, speaks of control, fear or being watched."""
        told = self.told.items()
        return frozenset(slug for slug, (one, *others) in told if is_of_control(one, others))

    def called(self, slug: str) -> Homework | None:
        """The homework of that name, in English."""
        return self.told[slug][0] if slug in self.told else None

    def translations(self, slug: str) -> Translations:
        """The same in every language but English."""
        return self.told.get(slug, ())[1:]

    def wording(self, homework: Homework) -> dict[str, Any]:
        """Every text of a homework as plain values, to be frozen with an assignment."""
        return homework.wording(self.translations(homework.slug))

    def with_own(self, own: dict[Owned, Translations]) -> "Catalog":
        """The shelf with some of the practice's own homework among the rest."""
        if not own:
            return self
        told = [*self.told.values(), *own.values()]
        told.sort(key=lambda one: one[0].filed_under)
        return Catalog(
            {one[0].slug: one for one in told},
            {one[0].slug: owned for owned, one in own.items()},
        )


def in_language(told: Translations, language: str) -> Homework:
    """One homework in a language; in English where it is not in that language."""
    return next((one for one in told if one.language == language), told[0])


@cache
def builtin_catalog() -> Catalog:
    """The library's homework alone."""
    told = {
        slug: tuple(
            builtin_homework(language)[slug]
            for language in LANGUAGES
            if slug in builtin_homework(language)
        )
        for slug in builtin_homework(ENGLISH)
    }
    return Catalog(told)
