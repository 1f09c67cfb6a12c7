"""How templates know their names, and how they write their values: Jinja, in less time."""

import re
from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

#: What stands for something else in HTML.
has_signs = re.compile("""[&<>"']""").search


def written(value: Any) -> str:
    """A value as it stands in a page: what `escape` makes of it, without a wrapping of its own.

    Most values are markup already, numbers, or words in which nothing is to be escaped.
    """
    kind = type(value)
    if kind is Markup or kind is int or (kind is str and not has_signs(value)):
        return str(value)
    return escape(value)


class Writing(CodeGenerator):
    """Python code for a template that passes the values it puts out to `written`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")


class Templates(Environment):
    """Jinja, with the names that all templates know in one plain dict.

    Its own chain of dicts serves globals of single templates; we have none, and each import of
    components walked through it name by name.
    """

    code_generator_class = Writing
    written = staticmethod(written)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows: what all know, and `d`."""
        return {**self.globals, **d} if d else self.globals
