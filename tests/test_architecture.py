"""How the house is built: guarded pages, honest GETs, workflows without dead ends, whole mails."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import InstrumentedAttribute

from fundapp import create_app
from fundapp.core.workflow import FLOWS, Workflow
from tests.databases import settings

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"
# Endpoints without a rule of their own, each with its reason.
UNGUARDED = {"static": "Flask's own: style sheet, scripts, fonts"}
# Pages to which no page and no mail links, each with its reason.
UNLINKED = {
    "api.nothing": "an address of the API that is none",
    "api.row": "for programs; its list names it",
    "api.rows": "for programs; the description names it",
    "api.token": "the same",
    "applications.begin": "the button on a call leads here by way of signing in",
    "probes.healthz": "for load balancers",
    "probes.pages": "the same",
    "probes.readyz": "the same",
    "static": "a folder, not a page",
}
# States in which rows are made, beside the column's default.
BORN: dict[str, set[str]] = {
    "Conflict.state": {"hinted", "clear", "unsure", "barred"},
    "PlanVersion.state": {"saved", "open"},
}
# Templates that may print text unescaped, each with its reason.
SAFE: dict[str, str] = {
    "reviews/packet_file.html": "a file for the train: its script and style are named by hash in its policy",
    "reports/closing.html": "answers that core/markdown rendered and the snapshot kept as HTML",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The app with every feature loaded; nothing here asks the database."""
    return create_app(settings(tmp_path_factory.mktemp("whole"), "sqlite://"))


# --- pages ---------------------------------------------------------------------


def test_every_endpoint_has_a_rule(whole):
    open_doors = [name for name, view in whole.view_functions.items() if not hasattr(view, "rule")]

    assert sorted(open_doors) == sorted(UNGUARDED)


def test_every_page_is_linked(whole):
    sources = [path for folder in ("fundapp", "templates") for path in (ROOT / folder).rglob("*.*")]
    quoted = {
        (path.relative_to(ROOT).parts[1], name)
        for path in sources
        if path.suffix in {".py", ".html", ".txt"}
        for name in re.findall(r"""["']([a-z_]*\.[a-z_]+)["']""", path.read_text("utf-8"))
    }
    named = {name if not name.startswith(".") else feature + name for feature, name in quoted}

    pages = {rule.endpoint for rule in whole.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert sorted(pages - named - set(UNLINKED)) == []


def reading_views() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Give every view that answers GET only."""
    for path in sorted([*(ROOT / "fundapp").glob("*/views.py"), *(ROOT / "fundapp").glob("*/views/*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and _only_reads(node):
                yield f"{path.parent.name}/{path.name}:{node.name}", node


def _only_reads(node: ast.FunctionDef) -> bool:
    calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
    verbs = {ast.unparse(call.func).rpartition(".")[2] for call in calls}
    with_methods = any(keyword.arg == "methods" for call in calls for keyword in call.keywords)
    return "post" not in verbs and ("get" in verbs or ("route" in verbs and not with_methods))


def test_no_get_commits():
    committing = [
        name
        for name, view in reading_views()
        for call in ast.walk(view)
        if isinstance(call, ast.Attribute) and call.attr in {"commit", "flush"}
    ]

    assert committing == []


# --- workflows -------------------------------------------------------------------


def flow_name(flow: Workflow) -> str:
    return f"{flow.column.class_.__name__}.{flow.column.key}"


def states(column: InstrumentedAttribute) -> set[str]:
    return set(column.type.enum_class)


def reachable(flow: Workflow) -> set[str]:
    """Follow the moves from where rows begin."""
    default = flow.column.property.columns[0].default
    reached = set(BORN.get(flow_name(flow), ())) | ({default.arg} if default is not None else set())
    while True:
        further = {move.target for move in flow if move.target and reached & set(move.sources)} - reached
        if not further:
            return reached
        reached |= further


def test_every_workflow_state_is_reachable(whole):
    stranded = {flow_name(flow): states(flow.column) - reachable(flow) for flow in FLOWS}

    assert FLOWS
    assert {name: left for name, left in stranded.items() if left} == {}


def test_every_move_leaves_and_enters_known_states(whole):
    strange = [
        f"{flow_name(flow)}: {move.name}"
        for flow in FLOWS
        for move in flow
        if not move.sources or not ({*move.sources, *filter(None, [move.target])} <= states(flow.column))
    ]

    assert strange == []


# --- mail ------------------------------------------------------------------------

MAILS = sorted(path.name for path in (TEMPLATES / "mail").iterdir() if path.is_dir())
PARTS = {"subject.txt", "body.txt", "body.html"}


@pytest.mark.parametrize("name", MAILS)
def test_mail_has_its_three_files(name):
    assert {path.name for path in (TEMPLATES / "mail" / name).iterdir()} == PARTS


def test_every_mail_is_sent():
    quoted = {text for path in (ROOT / "fundapp").rglob("*.py") for text in _texts_in(path)}

    assert sorted(set(MAILS) - quoted) == []


def _texts_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


# --- templates -------------------------------------------------------------------


def pages() -> dict[str, str]:
    """Give the source of every template by its path."""
    paths = [path for path in TEMPLATES.rglob("*.*") if path.is_file()]
    return {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in paths}


def test_nothing_is_printed_unescaped():
    unescaped = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(")

    assert {name for name, text in pages().items() if unescaped.search(text)} == set(SAFE)


def test_pages_have_no_inline_style_or_script():
    # Mail and PDF have no content security policy, and mail programs know nothing else.
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">)|javascript:",
        re.IGNORECASE,
    )
    elsewhere = (
        "mail/",
        "pdf/",
        "reviews/packet_file.html",
    )  # the packet is a file, with a policy of its own
    browser_pages = {name: text for name, text in pages().items() if not name.startswith(elsewhere)}

    found = {name: match[0] for name, text in browser_pages.items() if (match := inline.search(text))}

    assert found == {}
