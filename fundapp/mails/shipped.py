"""The text that comes with the software, written in placeholders: read from the templates themselves.

So what a manager starts from, and what is sent where nothing was written, can never differ. Each expression
that a template prints is looked up among the declared placeholders; a condition around one of them falls
away, because a line with an empty placeholder is left out anyway; what chooses between sentences stands in
a block, which is one placeholder.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple, cast

from flask_babel import force_locale, gettext, ngettext
from jinja2 import BaseLoader, Environment, Template, nodes

from fundapp.core import mail
from fundapp.mails.kinds import Kind, Place, Sort

FORMAT = re.compile(r"%\((\w+)\)[sd]")


class Undeclared(LookupError):
    """A template prints or asks something that no placeholder of its kind declares."""


class Shipped(NamedTuple):
    """What comes with the software for one kind of mail and language, in placeholders."""

    subject: str
    body: str

    @property
    def whole(self) -> str:
        """Subject and text as one."""
        return f"{self.subject}\n\n{self.body}"

    @property
    def digest(self) -> str:
        """The SHA-256 of the whole: it changes when we change the text or its placeholders."""
        return sha256(self.whole.encode()).hexdigest()


def shipped(kind: Kind, language: str) -> Shipped:
    """Give the shipped text of a kind of mail. Raises Undeclared when its declaration is not complete."""
    if (kind.name, language) not in _READ:
        with force_locale(language):
            reader = _Reader(mail.environment(), kind)
            subject = " ".join(reader.text("subject.txt").split())
            body = _tidy(_apart(kind, reader.text("body.txt")), reader.labels())
        _READ[kind.name, language] = Shipped(subject, body)
    return _READ[kind.name, language]


_READ: dict[tuple[str, str], Shipped] = {}
"""What was read already: templates do not change while we run."""


class _Reader:
    """Reads the templates of one kind of mail."""

    def __init__(self, env: Environment, kind: Kind) -> None:
        self.env, self.kind = env, kind
        self.known = [(expression(env, read), place) for place in _own_first(kind) for read in place.reads]

    def text(self, file: str) -> str:
        """Give one template with placeholders where it prints something."""
        tree = self._tree(file)
        tree.body = list(self._bare(tree.body))
        return self._render(tree, file)

    def labels(self) -> dict[str, str]:
        """Give what stands on the buttons of the HTML, by the name of their placeholder."""
        found = {}
        for call in self._tree("body.html").find_all(nodes.Call):
            is_button = isinstance(call.node, nodes.Getattr) and call.node.attr == "button"
            place = self._place(call.args[0]) if is_button else None
            if place is not None:
                label = nodes.Template([nodes.Output([self._said(call.args[1])])])
                found[place.name] = self._render(label, "label.txt").strip()
        return found

    def _tree(self, file: str) -> nodes.Template:
        name = f"mail/{self.kind.name}/{file}"
        source, _path, _fresh = cast(BaseLoader, self.env.loader).get_source(self.env, name)
        return self.env.parse(source, name)

    def _render(self, tree: nodes.Template, file: str) -> str:
        tree.set_environment(self.env)
        for node in tree.iter_child_nodes():
            node.set_lineno(1, override=False)
        code = self.env.compile(tree, f"{self.kind.name}-{file}", "<shipped>")
        template = Template.from_code(self.env, code, self.env.globals)
        return str(template.render(_=_say, ngettext=_say_many))

    def _bare(self, body: list[nodes.Node]) -> Iterator[nodes.Node]:
        for node in body:
            if isinstance(node, nodes.Output):
                yield nodes.Output([self._said(one) for one in node.nodes], lineno=node.lineno)
            elif isinstance(node, nodes.Block):
                yield nodes.Output([nodes.Const(self._passage(node.name).mark)], lineno=node.lineno)
            elif isinstance(node, nodes.If) and not node.else_ and not node.elif_ and self._is_gap(node.test):
                yield from self._bare(node.body)
            else:
                raise Undeclared(f"{self.kind.name}: line {node.lineno} chooses; put it in a block")

    def _said(self, node: nodes.Expr) -> nodes.Expr:
        """Turn one printed expression into its placeholder; inside a sentence, each of its values."""
        if isinstance(node, nodes.TemplateData | nodes.Const):
            return node
        if place := self._place(node):
            return nodes.Const(place.mark)
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "_":
            values = [nodes.Keyword(one.key, self._said(one.value)) for one in node.kwargs]
            return nodes.Call(node.node, node.args, values, None, None)
        raise Undeclared(f"{self.kind.name}: line {node.lineno} prints what no placeholder declares: {node}")

    def _place(self, node: nodes.Node) -> Place | None:
        return next((place for known, place in self.known if known == node), None)

    def _passage(self, name: str) -> Place:
        place = self.kind.places.get(name)
        if place is None or place.sort is not Sort.PASSAGE:
            raise Undeclared(f"{self.kind.name}: block {name} is no declared passage")
        return place

    def _is_gap(self, test: nodes.Node) -> bool:
        """Tell whether a condition only asks if a placeholder has something in it."""
        asked = test.node.node if isinstance(test, nodes.Not) and isinstance(test.node, nodes.Test) else test
        return any(
            asked == part for known, _place in self.known for part in (known, *known.find_all(nodes.Expr))
        )


def _own_first(kind: Kind) -> list[Place]:
    return [*kind.own, *(place for place in kind.places.values() if place not in kind.own)]


def expression(env: Environment, source: str) -> nodes.Expr:
    """Read one expression of our templates, to compare it with what they print."""
    return cast(nodes.Output, env.parse(f"{{{{ {source} }}}}").body[0]).nodes[0]


def _say(message: str, **values: Any) -> str:
    return _filled(gettext(message), values)


def _say_many(one: str, many: str, number: Any, **values: Any) -> str:
    return _filled(ngettext(one, many, number), values)


def _filled(message: str, values: dict[str, Any]) -> str:
    return FORMAT.sub(lambda found: str(values[found[1]]), message).replace("%%", "%")


def _apart(kind: Kind, text: str) -> str:
    """Give a passage that begins a line a paragraph of its own, whatever its block did with line ends."""
    names = "|".join(place.name for place in kind.own if place.sort is Sort.PASSAGE)
    return re.sub(rf"(\{{\{{ (?:{names}) \}}\}})\n?(?=[^\s.,)])", "\\1\n\n", text) if names else text


def _tidy(text: str, labels: dict[str, str]) -> str:
    """Give each button its label, and no more than one empty line between paragraphs."""
    lines = [line.strip() for line in text.strip().split("\n")]
    for name, label in labels.items():
        mark = f"{{{{ {name} }}}}"
        for number, line in enumerate(lines):
            if line in (mark, f"{label}: {mark}"):
                lines[number] = f"[{label}]({mark})"
                if number and lines[number - 1].rstrip(":") == label:
                    lines[number - 1] = ""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
