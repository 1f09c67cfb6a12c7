"""What templates write is what the library would have written."""

from decimal import Decimal

import pytest
from jinja2 import Environment, Undefined
from markupsafe import Markup, escape

from practice.templating import Templates, written


class Line(str):
    """A text of a kind of its own."""


class Plain(Environment):
    """The library's own."""


class Ours(Environment):
    """The same, writing as our templates do."""

    code_generator_class = Templates.code_generator_class
    written = staticmethod(written)


@pytest.mark.parametrize(
    "value",
    [
        "plain words",
        "<script>alert(1)</script>",
        "Maya & “Jo”",
        "it's",
        'a "b"',
        ">",
        "",
        Markup("<b>&amp;</b>"),
        Line("<i>"),
        0,
        -3,
        True,
        None,
        1.5,
        Decimal("2.50"),
        ["<", Markup("<br>")],
        Undefined(),
    ],
)
def test_a_value_is_escaped_as_the_library_escapes_it(value: object) -> None:
    assert written(value) == escape(value)


@pytest.mark.parametrize(
    "template",
    [
        "{{ x }}{{ x | upper }}{{ x | safe }}{{ x ~ x }}",
        '{% macro m(y) %}<i title="{{ y }}">{{ caller() }}</i>{% endmacro %}'
        "{% call m(x) %}{{ x }}{{ m }}{% endcall %}",
        "{% set s %}<b>{{ x }}</b>{% endset %}{{ s }}{{ s ~ x }}",
        "{% filter upper %}{{ x }}{% endfilter %}{{ [x] }}{{ x | replace('<', '&') }}",
        "{% autoescape false %}{{ x }}{% endautoescape %}{{ x if x else 1 }}{{ missing }}",
    ],
)
def test_a_template_reads_as_the_library_would_draw_it(template: str) -> None:
    pages = {
        kind(autoescape=True, extensions=[]).from_string(template).render(x="<a href='#'>&</a>")
        for kind in (Plain, Ours)
    }
    assert len(pages) == 1
