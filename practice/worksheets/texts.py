"""What a sheet says around the homework's own words, in each language a partner may read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from practice.formatting import long_date
from practice.library.homework import ENGLISH, SPANISH

#: What each language calls itself.
NAMES = {ENGLISH: "English", SPANISH: "Español"}


@dataclass(frozen=True)
class Spoken:
    """One language's words: plain texts, and functions where a number or a name comes in."""

    language: str
    both: str
    alone: str
    #: A row of the tracker for one partner, where a homework has none.
    done: str
    after: str
    week: str
    minutes: Callable[[int], str]
    days: Callable[[int], str]
    day: Callable[[date], str]
    if_then: Callable[[str, str], str]
    drawn_from: str
    #: With spaces that do not break, so that no last word stands alone in a footer.
    own_words: str
    by: str
    catalogue: str
    catalogue_promise: str
    or_: str
    in_minutes: str
    #: What stands between partners, by key, where it is not as the vocabulary has it.
    obstacles: dict[str, str]


def english_days(days: int) -> str:
    """“5 days a week”."""
    return "every day" if days == 7 else f"{days} {'day' if days == 1 else 'days'} a week"


def spanish_days(days: int) -> str:
    """“5 días por semana”."""
    return "todos los días" if days == 7 else f"{days} {'día' if days == 1 else 'días'} por semana"


WORDS = {
    ENGLISH: Spoken(
        language=ENGLISH,
        both="{a} and {b}",
        alone="On your own",
        done="I did it",
        after="After",
        week="Week",
        minutes=lambda number: f"{number} minutes",
        days=english_days,
        day=long_date,
        if_then=lambda hurdle, plan: f"If {hurdle}, then {plan}." if hurdle else f"Then {plan}.",
        drawn_from="Drawn from",
        own_words="In our own words.",
        by="by",
        catalogue="The library of practices",
        catalogue_promise="{count} practices, by what they help with.",
        or_="or",
        in_minutes="minutes",
        obstacles={},
    ),
    SPANISH: Spoken(
        language=SPANISH,
        both="{a} y {b}",
        alone="Por tu cuenta",
        done="Lo hice",
        after="Después de",
        week="Semana",
        minutes=lambda number: f"{number} minutos",
        days=spanish_days,
        day=lambda day: long_date(day, SPANISH),
        if_then=lambda hurdle, plan: f"Si {hurdle}, entonces {plan}." if hurdle else f"{plan}.",
        drawn_from="Basado en",
        own_words="Con nuestras propias palabras.",
        by="de",
        catalogue="La biblioteca de prácticas",
        catalogue_promise="{count} prácticas, según lo que ayudan a superar.",
        or_="o",
        in_minutes="minutos",
        obstacles={
            "busyness": "Días demasiado llenos",
            "protest-behavior": "Conductas de protesta",
            "low-safety": "Poca seguridad emocional",
            "shutdown": "Desconexión de lo que se siente",
            "walls-and-masks": "Muros y máscaras",
            "old-wounds": "Heridas viejas",
            "screens": "Pantallas",
            "resentment": "Resentimiento",
            "conflict-avoidance": "Conflictos que se evitan",
            "listening-to-reply": "Escuchar solo para responder",
            "routine": "Rutina sin chispa",
            "lost-self": "Perderse o quedarse sin fuerzas",
        },
    ),
}
