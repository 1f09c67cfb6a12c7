"""The catalogue of the whole library, as plain values for the press."""

from practice.handouts.kinds.catalogue import CatalogueSheet, Listed, Shelf
from practice.identity.models import Practice, User
from practice.library.builtin import builtin_homework
from practice.library.homework import Homework
from practice.vocabulary import OBSTACLES
from practice.worksheets.sheets import letterhead, paper_of
from practice.worksheets.texts import WORDS, Spoken


def catalogue(language: str, practice: Practice, clinician: User) -> CatalogueSheet:
    """Every homework under each obstacle it helps with, by title, under the practice's letterhead."""
    words = WORDS[language]
    homeworks = builtin_homework(language).values()
    shelves = tuple(
        Shelf(
            words.obstacles.get(key, obstacle.label),
            tuple(listed(one, words) for one in homeworks if key in one.obstacles),
        )
        for key, obstacle in OBSTACLES.items()
    )
    return CatalogueSheet(
        letterhead(practice, clinician),
        language=language,
        paper=paper_of(practice),
        title=words.catalogue,
        promise=words.catalogue_promise.format(count=len(homeworks)),
        shelves=tuple(shelf for shelf in shelves if shelf.homeworks),
        source_line=words.own_words,
    )


def listed(homework: Homework, words: Spoken) -> Listed:
    """One homework in the catalogue."""
    minutes = [str(dose.minutes) for dose in homework.doses]
    sizes = f"{', '.join(minutes[:-1])} {words.or_} {minutes[-1]}"
    return Listed(
        homework.title, homework.promise, homework.who_words, f"{sizes} {words.in_minutes}"
    )
