"""Pages to PDF: tagged, to be kept for long, and the same bytes each time. Nothing is ever fetched."""

import atexit
import importlib.util
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

from flask_babel import gettext as _

from fundapp.core import contents
from fundapp.core.glyphs import settable
from fundapp.core.pdf_identity import Attached, described
from fundapp.core.places import STATIC
from fundapp.core.refusals import Refusal

INSTALL = "apt-get install --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0"
INTENT = "screen"
"""What colours mean in the file: sRGB, named by us because the engine's own name leaves its file open."""
OPTIONS = {"pdf_variant": "pdf/a-3a", "pdf_tags": True, "output_intent": INTENT}
"""An archive with its letters, tags and data inside; see docs/decisions.md. PDF/UA-1 is said beside it."""
STYLESHEET = STATIC / "print" / "print.css"
STYLES_S = 600.0
"""Letters and styles are read anew after so many seconds."""

# family → the installed package that carries it, and (file, weight, style) of each face we use
FACES = {
    "Source Serif Pro": (
        "font_source_serif_pro",
        (
            ("SourceSerifPro-Light", 300, "normal"),
            ("SourceSerifPro-Regular", 400, "normal"),
            ("SourceSerifPro-It", 400, "italic"),
            ("SourceSerifPro-Semibold", 600, "normal"),
            ("SourceSerifPro-SemiboldIt", 600, "italic"),
        ),
    ),
    "Source Sans Pro": (
        "font_source_sans_pro",
        (
            ("SourceSansPro-Light", 300, "normal"),
            ("SourceSansPro-Regular", 400, "normal"),
            ("SourceSansPro-It", 400, "italic"),
            ("SourceSansPro-Semibold", 600, "normal"),
        ),
    ),
}

_dated = Lock()

Told = Callable[[int], None]
_told: ContextVar[Told | None] = ContextVar("told", default=None)


class PdfEngineMissing(Refusal):
    """The PDF engine's system libraries are not installed; the message says what to type."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            _("This server cannot make PDFs yet. Its administrator has to run: %(command)s", command=INSTALL)
        )


class Paper(NamedTuple):
    """Everything a PDF is set from; the arguments of `render`."""

    html: str
    lang: str
    made_at: datetime
    identity: Mapping[str, str]
    attached: Sequence[Attached]


def render(
    html: str,
    *,
    lang: str,
    made_at: datetime,
    identity: Mapping[str, str] | None = None,
    attached: Sequence[Attached] = (),
) -> bytes:
    """Set a page as a PDF that keeps to PDF/A-3a, to be stored, and PDF/UA-1, to be read by everyone.

    html: a whole document for paper. lang: en or nl, the language readers are told. made_at: aware
    UTC, kept as the document's date. identity: what the file says of itself to machines. attached: files
    inside it. The same arguments give the same bytes, on any day, in any process. Raises PdfEngineMissing.
    """
    return set_paper(Paper(html, lang, made_at, identity or {}, attached))


def set_paper(paper: Paper, told: Told | None = None) -> bytes:
    """Set a paper as PDF, as `render` does.

    told: called with the number of each page as it is laid out; what it raises ends the work.
    """
    engine = _engine()
    with _date_of(paper.made_at), _telling(told):
        document = _laid(engine, settable(paper.html))
        document.metadata.lang = paper.lang
        document.metadata.created = document.metadata.modified = _stamp(paper.made_at)
        document.metadata.attachments = [_attachment(engine, one, paper.made_at) for one in paper.attached]
        _say_more(document.metadata, paper.identity)
        digest = sha256(paper.html.encode("utf-8", "replace")).digest()[:16]
        return bytes(document.write_pdf(pdf_identifier=digest, **OPTIONS))


@contextmanager
def _telling(told: Told | None) -> Iterator[None]:
    before = _told.set(told)
    try:
        yield
    finally:
        _told.reset(before)


class _Pages(logging.Handler):
    """Hears the engine say which page it lays out, and passes it on to whoever asked."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on the number of a page."""
        told = _told.get()
        if told is not None and "Page %d" in str(record.msg) and isinstance(record.args, tuple):
            told(int(str(record.args[0])))


def _laid(engine: "_Engine", html: str) -> Any:
    """Lay a page out: with its contents where it is long, and without where they would list a few pages."""
    if contents.BEGIN not in html:
        return engine.lay(html)
    is_long = contents.seems_long(html)
    document = engine.lay(html if is_long else contents.without(html))
    if (len(document.pages) > contents.LONG) is is_long:
        return document
    return engine.lay(contents.without(html) if is_long else html)


def _say_more(metadata: Any, identity: Mapping[str, str]) -> None:
    """Put our own lines into the one RDF of the file; the engine would write a second one beside it."""
    plain, write, more = metadata.generate_rdf_metadata, metadata.include_in_pdf, described(identity)
    end = b"</rdf:RDF>"
    metadata.generate_rdf_metadata = lambda *given: plain(*given).replace(end, more + end)
    # Not packed, so that anything can find it in the bytes.
    metadata.include_in_pdf = lambda *given: write(*given[:-1], compress=False)


def _attachment(engine: "_Engine", one: Attached, made_at: datetime) -> Any:
    return engine.weasyprint.Attachment(
        string=one.content, name=one.name, description=one.words, created=made_at, modified=made_at,
        relationship="Data",
    )  # fmt: skip


def available() -> bool:
    """Tell whether PDFs can be made here."""
    try:
        _engine()
    except PdfEngineMissing:
        return False
    return True


class _Engine:
    """WeasyPrint, once it is known to work here."""

    def __init__(self) -> None:
        import weasyprint  # noqa: PLC0415 - takes 50 MB and needs Pango; only those who print pay for it
        import weasyprint.logger  # noqa: PLC0415 - the same
        import weasyprint.text.fonts  # noqa: PLC0415 - the same
        import weasyprint.urls  # noqa: PLC0415 - the same

        self.weasyprint: Any = weasyprint
        self.fonts: Any = weasyprint.text.fonts

        class OnlyFonts(weasyprint.urls.URLFetcher):
            """Gives the files named and refuses everything else: no network, no other file, no data."""

            def __init__(self, files: dict[str, Path]) -> None:
                super().__init__(allowed_protocols=())
                self.files = files

            def fetch(self, url: str, headers: object = None) -> Any:
                if url not in self.files:
                    raise ValueError(f"nothing is fetched for a PDF: {url}")
                return weasyprint.urls.URLFetcherResponse(url, self.files[url].read_bytes())

        self.fetcher = OnlyFonts
        steps = weasyprint.logger.PROGRESS_LOGGER
        steps.addHandler(_Pages())
        steps.setLevel(logging.INFO)
        steps.propagate = False
        icc = Path(weasyprint.__file__).parent / "pdf" / "sRGB2014.icc"
        self._icc = icc.read_bytes()
        self._styles: tuple[Any, list[Any]] = None, []
        self._read_at = -STYLES_S

    def lay(self, html: str) -> Any:
        """Lay a page out on paper."""
        fonts, sheets = self._dressed()
        page = self.weasyprint.HTML(string=html, url_fetcher=self.fetcher(_font_files()))
        return page.render(
            stylesheets=sheets, font_config=fonts, color_profiles={INTENT: self.colours()}, **OPTIONS
        )

    def _dressed(self) -> tuple[Any, list[Any]]:
        """Give the letters and styles, read once in a while: a tenth of the work of a short paper.

        The engine keeps copies of the letters among the temporary files, where a machine may clear them away
        after some days.
        """
        now = monotonic()
        if now - self._read_at >= STYLES_S:
            fonts = self.fonts.FontConfiguration()
            texts = _font_faces(), STYLESHEET.read_text("utf-8")
            fetch = self.fetcher(_font_files())
            css = self.weasyprint.CSS
            self._styles = fonts, [css(string=one, font_config=fonts, url_fetcher=fetch) for one in texts]
            self._read_at = now
        return self._styles

    def forget(self) -> None:
        """Let go of letters and styles, and of the temporary files with them."""
        self._styles, self._read_at = (None, []), -STYLES_S

    def colours(self) -> Any:
        """Give the colour profile that archives ask for."""
        kind: Any = self.weasyprint.css.ColorProfile
        return kind(BytesIO(self._icc), "sRGB2014.icc", "relative-colorimetric", ("r", "g", "b"))


@cache
def _engine() -> _Engine:
    try:
        made = _Engine()
    except OSError as fault:  # Pango, HarfBuzz or fontconfig is not there
        raise PdfEngineMissing from fault
    atexit.register(made.forget)
    return made


@cache
def _faces() -> tuple[tuple[str, int, str, Path], ...]:
    """List (family, weight, style, file) of the faces whose package is installed; DejaVu does the rest."""
    found = []
    for family, (module, faces) in FACES.items():
        spec = importlib.util.find_spec(module)
        folder = Path(spec.origin).parent / "files" if spec and spec.origin else Path()
        found += [(family, weight, style, folder / f"{name}.ttf") for name, weight, style in faces]
    return tuple(face for face in found if face[3].is_file())


def _font_files() -> dict[str, Path]:
    return {path.as_uri(): path for *_rest, path in _faces()}


def _font_faces() -> str:
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; src: url({path.as_uri()}); '
        f"font-weight: {weight}; font-style: {style} }}"
        for family, weight, style, path in _faces()
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def _date_of(at: datetime) -> Iterator[None]:
    """Give font subsets the document's date; the variable is shared by all threads, so one at a time."""
    with _dated:
        before = os.environ.get("SOURCE_DATE_EPOCH")
        os.environ["SOURCE_DATE_EPOCH"] = str(int(at.timestamp()))
        try:
            yield
        finally:
            if before is None:
                del os.environ["SOURCE_DATE_EPOCH"]
            else:
                os.environ["SOURCE_DATE_EPOCH"] = before
