"""The user's guide is whole: links, pictures, and each message that a user may see."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MESSAGES = (DOCS / "messages.md", DOCS / "messages-books.md")
UKRAINIAN = sorted((DOCS / "uk").glob("*.md"))
PAGES = sorted({*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("[!.]*/README.md")})
APP_PAGE = ROOT / "static" / "description" / "index.html"

#: Files of which every sentence is on a page of messages.
TABLES = (
    "models/online_account/ponto_online_account_link.py",
    "models/preview/ponto_online_account.py",
    "models/online_account/ponto_online_account_status.py",
    "models/institution/ponto_provider_account.py",
    "models/institution/ponto_provider_account_successor.py",
    "models/decisions/ponto_transaction.py",
    "wizard/ponto_fetch_accounts.py",
    "wizard/ponto_fetch_accounts_line.py",
    "wizard/ponto_reauthorize.py",
    "wording/closing.py",
    "wording/holds.py",
    "wording/problems.py",
    "wording/undo.py",
)
ERRORS = {"AccessError", "UserError", "ValidationError"}
PLACEHOLDER = re.compile(r"%(\(\w+\))?s")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


# === LINKS AND PICTURES === #


def links(page: Path) -> list[str]:
    """Where a page leads inside the repository."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def headings(page: Path) -> list[tuple[int, str]]:
    """Level and words of each heading."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = re.findall(r"^(#+) (.+)$", text, re.MULTILINE)
    return [(len(signs), words) for signs, words in found]


def anchor(words: str) -> str:
    """The name that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _sign, part = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if part:
            assert part in {anchor(words) for _level, words in headings(target)}, link


def test_every_picture_is_shown() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    assert not sorted(
        name(path) for path in (DOCS / "images").iterdir() if path not in shown
    )


def test_every_page_of_the_guide_is_in_its_index() -> None:
    index = DOCS / "README.md"
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in links(index)}
    assert set(DOCS.glob("*.md")) - {index} <= listed
    assert set(UKRAINIAN) <= listed


# === MESSAGES === #


def translated(tree: ast.AST) -> Iterator[str]:
    """The texts that are given to ``_``."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        last = called.attr if isinstance(called, ast.Attribute) else ""
        first = node.args[0]
        if last in ("_", "_lt") and isinstance(first, ast.Constant):
            yield str(first.value)


def refusals(tree: ast.AST) -> Iterator[str]:
    """The texts that end in an error dialog."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in ERRORS:
            yield from translated(node)


def sources() -> dict[str, ast.AST]:
    files = (
        path
        for part in ("models", "wizard", "matching", "tools", "wording")
        for path in (ROOT / part).rglob("*.py")
    )
    return {name(path): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def plain(text: str) -> str:
    """A message as the page quotes it: ``…`` for what differs each time."""
    return PLACEHOLDER.sub("…", text).replace("|", "").strip()


def is_sentence(text: str) -> bool:
    return text.endswith((".", ". %(who)s", "%(again)s", "%(url)s"))


SOURCES = sources()
EVERY = {plain(text) for tree in SOURCES.values() for text in translated(tree)}
REQUIRED = sorted(
    {
        *(
            plain(text)
            for file in TABLES
            for text in translated(SOURCES[file])
            if is_sentence(text)
        ),
        *(plain(text) for tree in SOURCES.values() for text in refusals(tree)),
    }
)


def quotes(page: Path) -> list[str]:
    """The first column of the tables: how a message begins."""
    text = page.read_text(encoding="utf-8")
    rows = re.findall(r"^\| \*([^*|]+)\* \|", text, re.MULTILINE)
    return [row.removesuffix(".") for row in rows]


QUOTES = [quote for page in MESSAGES for quote in quotes(page)]


@pytest.mark.parametrize("message", REQUIRED)
def test_every_message_is_explained(message: str) -> None:
    assert any(message.startswith(quote) for quote in QUOTES)


@pytest.mark.parametrize("quote", QUOTES)
def test_every_explained_message_exists(quote: str) -> None:
    assert any(message.startswith(quote) for message in EVERY)


# === UKRAINIAN === #


@pytest.mark.parametrize("page", UKRAINIAN, ids=name)
def test_ukrainian_pages_have_the_shape_of_the_english(page: Path) -> None:
    original = DOCS / page.name
    levels = [level for level, _words in headings(original)]
    assert [level for level, _words in headings(page)] == levels

    def targets(one: Path) -> list[str]:
        found = (unquote(link).partition("#")[0] for link in links(one))
        paths = [(one.parent / path).resolve() for path in found if path]
        return sorted(path.name for path in paths)

    assert targets(page) == targets(original)
    assert quotes(page) == quotes(original)


def catalogue() -> dict[str, str]:
    """What the Ukrainian interface says for each text that is translated."""
    texts = {}
    for entry in (ROOT / "i18n" / "uk.po").read_text(encoding="utf-8").split("\n\n"):
        words = re.sub(r"^#.*\n?", "", entry, flags=re.MULTILINE)
        found = re.match(r'msgid ((?:".*"\s*)+)msgstr ((?:".*"\s*)+)$', words)
        if found:
            said, translated_to = (
                "".join(map(ast.literal_eval, part.splitlines()))
                for part in found.groups()
            )
            texts[plain(said)] = plain(translated_to)
    return texts


CATALOGUE = catalogue()
PAIRS = re.findall(
    r"^\| \*([^*|]+)\* \| \*([^*|]+)\* \|",
    (DOCS / "uk" / "messages.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize(("english", "ukrainian"), PAIRS)
def test_ukrainian_messages_are_those_of_the_interface(
    english: str, ukrainian: str
) -> None:
    assert any(
        said.startswith(english.removesuffix(".")) and other.startswith(ukrainian)
        for said, other in CATALOGUE.items()
    )


# === THE APPS LIST === #


def test_the_apps_list_needs_nothing_from_elsewhere() -> None:
    text = APP_PAGE.read_text(encoding="utf-8")
    pictures = re.findall(r'src="([^"]+)"', text)
    assert pictures
    for picture in pictures:
        assert (APP_PAGE.parent / picture).is_file(), picture
    assert not re.search(r"<(script|link|style)\b|url\(", text)
