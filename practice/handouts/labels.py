"""The sheet's own words, such as its headings, in the languages a sheet can speak."""

from dataclasses import dataclass

from practice.handouts.sheet import Sheet, TrackerRow


@dataclass(frozen=True)
class Labels:
    """The fixed words of one language, for one reader or for two."""

    for_: str
    with_: str
    try_it: str
    talk_on: str
    what_to_do: str
    you_need: str
    if_hard: str
    if_then: str
    example: str
    care: str
    this_week: str
    #: What each mark adds to a row's label; no last word stands alone.
    marks: dict[str, str]
    what_i_noticed: str
    what_we_noticed: str
    bring_back: str
    code: str
    days: tuple[str, ...]
    #: Above a line for a name, on a sheet that is for no one yet.
    name: str
    tracker: str
    week: str
    each_day: str
    reflection: str
    reflect: str
    cards: str
    cut: str
    own_card: str
    step_of: str
    afterwards: str
    i_remember: str
    we_remember: str
    i_bring: str
    we_bring: str
    contents: str
    packet: str
    practice: str
    background: str


ENGLISH = Labels(
    for_="For",
    with_="with",
    try_it="Try it",
    talk_on="We talk about it on",
    what_to_do="What to do",
    you_need="You need",
    if_hard="If it gets hard",
    if_then="Plan B",
    example="How it can go",
    care="A word of care",
    this_week="This week",
    marks={"tick": " (✓)", "count": " (a mark each time)", "scale": ", 0 to 10"},
    what_i_noticed="What I noticed",
    what_we_noticed="What we noticed",
    bring_back="Bring this sheet with you.",
    code="Its code is",
    days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    name="Name",
    tracker="Weekly tracker",
    week="Week {number}",
    each_day="A few words on each day",
    reflection="Reflection sheet",
    reflect="Take your time. A few words are enough, and a line left empty is fine.",
    cards="Cards to cut out",
    cut="Cut along the dashed lines. Draw one when you like; passing is always fine.",
    own_card="One of your own",
    step_of="Step {number} of {all}",
    afterwards="Afterward",
    i_remember="What I would like to remember",
    we_remember="What we would like to remember",
    i_bring="What I would like to bring to our next talk",
    we_bring="What we would like to bring to our next talk",
    contents="What is in it",
    packet="To take home",
    practice="Practice",
    background="Background",
)

SPANISH = Labels(
    for_="Para",
    with_="con",
    try_it="Se practica",
    talk_on="Lo conversamos el",
    what_to_do="Qué hacer",
    you_need="Qué hace falta",
    if_hard="Si se pone difícil",
    if_then="Plan B",
    example="Cómo puede ser",
    care="Con cuidado",
    this_week="Esta semana",
    marks={"tick": " (✓)", "count": " (una marca cada vez)", "scale": ", de 0 a 10"},
    what_i_noticed="Lo que noté",
    what_we_noticed="Lo que notamos",
    bring_back="Trae esta hoja.",
    code="Su código es",
    days=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
    name="Nombre",
    tracker="Registro semanal",
    week="Semana {number}",
    each_day="Unas palabras sobre cada día",
    reflection="Hoja de reflexión",
    reflect="Sin prisa. Bastan unas palabras, y está bien dejar un renglón vacío.",
    cards="Tarjetas para recortar",
    cut="Se recortan por las líneas punteadas. Se saca una cuando se quiera; siempre se puede pasar.",
    own_card="Una tarjeta propia",
    step_of="Paso {number} de {all}",
    afterwards="Después",
    i_remember="Lo que quiero recordar",
    we_remember="Lo que queremos recordar",
    i_bring="Lo que quiero llevar a nuestra próxima conversación",
    we_bring="Lo que queremos llevar a nuestra próxima conversación",
    contents="Qué contiene",
    packet="Para llevar a casa",
    practice="Práctica",
    background="Para leer",
)


def labels_for(sheet: Sheet) -> Labels:
    """The words of the sheet's language, or the English ones where there are none."""
    return SPANISH if sheet.language.lower().startswith("es") else ENGLISH


def row_label(row: TrackerRow, words: Labels) -> str:
    """What stands before a tracker row: its label, then what to put into a day."""
    return row.label + words.marks[row.mark]


def week_from(first_weekday: int, days: tuple[str, ...]) -> tuple[str, ...]:
    """The seven `days`, which begin with Monday, turned so that the first one leads."""
    first = first_weekday % 7
    return days[first:] + days[:first]
