"""Styles that are computed once and used for every sheet, because all sheets share them.

WeasyPrint computes the style of every element afresh for each document, which takes a good part
of its time. Our style sheets never change while a process lives, so two elements that are matched
by the same rules below the same parent have the same style, whichever sheet they stand on. This
keeps it. No word of a sheet is in a style.

It steps in where WeasyPrint prepares a document (`Document._build_layout_context`), which is
not a part of its promises: the version is pinned, and tests/handouts/test_styling.py compares.
"""

from functools import partial
from math import inf
from typing import Any

from cssselect2 import ElementWrapper
from weasyprint import HTML, Document
from weasyprint.css import (
    ComputedStyle,
    StyleFor,
    declaration_precedence,
    find_style_attributes,
    preprocess_declarations,
)
from weasyprint.css.targets import TargetCollector
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext
from weasyprint.layout.page import PageType

#: The attributes that WeasyPrint turns into declarations of an element's own.
STYLING = ("style", "lang", "id", "name", "width", "height")

#: How many styles are kept; far more than all our sheets have.
MOST = 20_000

#: What an element's style follows from: its parent's style, its own attributes, what matches it.
Key = tuple[int, tuple[str | None, ...], tuple[int, ...]]


class KeptStyles:
    """The styles of one list of style sheets."""

    def __init__(self) -> None:
        #: For each key, the element's own style and those of its pseudo-elements.
        self.by_key: dict[Key, dict[str | None, ComputedStyle]] = {}
        #: For each kind of page, its own style and those of the boxes in its margins.
        self.by_page: dict[tuple[Any, str | None, int], ComputedStyle] = {}
        self.page_sizes: dict[str, Any] = {"box": None, "area": None}

    def make_room(self) -> None:
        """Begin anew when there is too much."""
        if len(self.by_key) > MOST:
            self.by_key, self.by_page = {}, {}


class SharedStyles(StyleFor):
    """The styles of one document's elements, taken from those that are kept."""

    def __init__(
        self, html: HTML, sheets: list[Any], kept: KeptStyles, font_config: Any, targets: Any
    ) -> None:
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, ComputedStyle] = {}
        self._sheets = sheets
        self.font_config = font_config
        self.initial_page_sizes = kept.page_sizes
        self._html, self._kept, self._targets = html, kept, targets
        kept.make_room()
        of_attributes: dict[Any, list[Any]] = {}
        for specificity, node, declarations, _ in find_style_attributes(html.etree_element):
            of_attributes.setdefault(node, []).append((specificity, tuple(declarations)))
        for element in html.wrapper_element.iter_subtree():
            self._style(element, of_attributes.get(element.etree_element, []))

    def set_computed_styles(self, element: Any, parent: Any, **more: Any) -> None:
        """Give an element, a page or a box in its margins its style; those of pages are kept."""
        if not isinstance(element, PageType):
            super().set_computed_styles(element, parent, **more)
            return
        pseudo_type = more.get("pseudo_type")
        root = self._computed_styles[more["root"], None]
        key = (element, pseudo_type, id(root))
        if key not in self._kept.by_page:
            super().set_computed_styles(element, parent, **more)
            self._kept.by_page[key] = self._computed_styles[element, pseudo_type]
        self._computed_styles[element, pseudo_type] = self._kept.by_page[key]

    def _style(self, element: ElementWrapper, of_attributes: list[Any]) -> None:
        """Give an element and its pseudo-elements their styles."""
        node = element.etree_element
        parent = (
            self._computed_styles[element.parent.etree_element, None] if element.parent else None
        )
        matches = [
            (origin, sheet_specificity or specificity, pseudo_type, declarations)
            for sheet, origin, sheet_specificity in self._sheets
            for specificity, _, pseudo_type, (declarations, _layer) in sheet.matcher.match(element)
        ]
        key = (
            id(parent),
            tuple(node.get(name) for name in STYLING) if of_attributes else (),
            tuple(id(declarations) for *_, declarations in matches),
        )
        if key not in self._kept.by_key:
            self._kept.by_key[key] = self._compute(element, of_attributes, matches)
        for pseudo_type, style in self._kept.by_key[key].items():
            self._computed_styles[node, pseudo_type] = style
            if style["anchor"]:
                self._targets.collect_anchor(style["anchor"])

    def _compute(
        self, element: ElementWrapper, of_attributes: list[Any], matches: list[Any]
    ) -> dict[str | None, ComputedStyle]:
        """New styles, by the cascade, for an element and its pseudo-elements."""
        node, base_url = element.etree_element, self._html.base_url
        for specificity, declarations in of_attributes:
            ready = preprocess_declarations(base_url, declarations)
            self._cascade(node, None, "author", specificity, ready)
        for origin, specificity, pseudo_type, declarations in matches:
            self._cascade(node, pseudo_type, origin, specificity, declarations)
        found = {}
        for pseudo_type in dict.fromkeys([None, *(pseudo for _, pseudo in self._cascaded_styles)]):
            above = element.parent.etree_element if element.parent else None
            self.set_computed_styles(
                node,
                parent=node if pseudo_type else above,
                root=self._html.etree_element,
                pseudo_type=pseudo_type,
                base_url=base_url,
            )
            found[pseudo_type] = self._computed_styles[node, pseudo_type]
        self._cascaded_styles.clear()
        return found

    def _cascade(
        self, node: Any, pseudo_type: str | None, origin: str, specificity: Any, declarations: Any
    ) -> None:
        """Add declarations to an element's, where they weigh as much as what is there."""
        style = self._cascaded_styles.setdefault((node, pseudo_type), {})
        for name, values, importance in declarations:
            weight = (declaration_precedence(origin, importance), inf, specificity)
            if name not in style or style[name][1] <= weight:
                style[name] = values, weight


class SharingDocument(Document):
    """A document whose elements share their styles with those of documents before it."""

    #: By the style sheets' identities, which live as long as the process.
    _kept: dict[tuple[int, ...], KeptStyles] = {}  # noqa: RUF012  # one for all documents

    @classmethod
    def _build_layout_context(
        cls, html: HTML, font_config: Any, counter_style: Any, _profiles: Any, options: Any
    ) -> LayoutContext:
        """What WeasyPrint lays a document out with; its styles come from those that are kept."""
        for each in html._ua_counter_style():
            counter_style.update(each)
        ours = options["stylesheets"]
        sheets = [
            (sheet, "user agent", None) for sheet in html._ua_stylesheets(options["pdf_forms"])
        ]
        sheets += [(sheet, "user", None) for sheet in ours]
        kept = cls._kept.setdefault(tuple(id(sheet) for sheet, *_ in sheets), KeptStyles())
        targets = TargetCollector()
        fetch = partial(get_image_from_uri, cache={}, url_fetcher=html.url_fetcher, options=options)
        style_for = SharedStyles(html, sheets, kept, font_config, targets)
        return LayoutContext(style_for, fetch, font_config, counter_style, targets)
