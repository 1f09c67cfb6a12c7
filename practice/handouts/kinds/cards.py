"""Cards to cut out: eight on a side, or four in large print, with lines for the scissors."""

from dataclasses import dataclass

from practice.handouts.labels import labels_for
from practice.handouts.layouts import Layout, layout_of, styles_of
from practice.handouts.sheet import Sheet

ON_A_SIDE, LARGE_ON_A_SIDE = 8, 4


@dataclass(frozen=True)
class Card:
    """One card: where it belongs, what it says, and a little more in smaller letters."""

    kicker: str
    lead: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class CardsSheet(Sheet):
    """A set of cards; room that is left holds cards to write on."""

    cards: tuple[Card, ...]


@layout_of.register
def _(sheet: CardsSheet) -> Layout:
    on_a_side = LARGE_ON_A_SIDE if sheet.large else ON_A_SIDE
    cards = (*sheet.cards, *(None for _ in range(-len(sheet.cards) % on_a_side)))
    sides = [cards[start : start + on_a_side] for start in range(0, len(cards), on_a_side)]
    arrangement = f"cards {sheet.paper}-paper{' large' if sheet.large else ''}"
    return Layout(
        template="cards",
        styles=styles_of(sheet, "cards.css"),
        arrangements=((arrangement, len(sides)),),
        values={"words": labels_for(sheet), "sides": sides},
    )
