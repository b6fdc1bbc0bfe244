"""Translation catalogues (``i18n/*.po``): brought up to the template, and checked.

Pure functions on files, with polib: it comes with Odoo, so this runs in its environment.
``python -m dev.catalogues merge EXPORTED``, ``current EXPORTED`` and ``missing``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib

from .layout import ADDON, ROOT, say

FOLDER = ROOT / "i18n"
TEMPLATE = FOLDER / f"{ADDON}.pot"
#: Names that are the same in a language, each on a line, as ``term`` or ``xx: term``.
UNTRANSLATED = ROOT / "dev" / "untranslated.txt"
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sdr](?!\w)|%%|\{\w*\}")
#: A tag with its attributes; what people read in an attribute is translated.
TAG = re.compile(r"<(/?)([\w:-]+)((?:\s[^<>]*)?)>")
ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
READ_ATTRIBUTES = {"title", "alt", "aria-label", "placeholder", "string", "help"}


def catalogues(folder: Path = FOLDER) -> list[Path]:
    """The languages' files, by name."""
    return sorted(folder.glob("*.po"))


def template_text(exported: str) -> str:
    """The template as Odoo exports it, without the moment it was made."""
    return re.sub(
        r'^"(POT-Creation|PO-Revision)-Date: .*\\n"\n', "", exported, flags=re.M
    )


# --- bringing up to date ----------------------------------------------------------------


def merge(template: polib.POFile, catalogue: polib.POFile) -> None:
    """Give a catalogue the messages of the template, in its order, and no others.

    A translation stays with its English text; a text that changed waits for a new one:
    a guess ("fuzzy") would show an accountant what nobody has read.
    """
    known = {entry.msgid: entry.msgstr for entry in catalogue}
    catalogue.clear()
    for entry in template:
        catalogue.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
        )


# --- checks -----------------------------------------------------------------------------


def malformed(path: Path, template: polib.POFile) -> Iterator[str]:
    """What would show nonsense, or break a screen, in one catalogue."""
    catalogue = polib.pofile(str(path))
    language = path.stem
    if catalogue.metadata.get("Language") != language:
        yield f"{language}: the header names another language"
    if "charset=UTF-8" not in catalogue.metadata.get("Content-Type", ""):
        yield f"{language}: the header does not say UTF-8"
    counted = Counter(entry.msgid for entry in catalogue)
    yield from (f"{language}: twice: {text!r}" for text, n in counted.items() if n > 1)
    unknown = counted.keys() - {entry.msgid for entry in template}
    yield from (
        f"{language}: not in the template: {text!r}" for text in sorted(unknown)
    )
    for entry in catalogue:
        yield from (f"{language}: {fault}: {entry.msgid!r}" for fault in faults(entry))


def faults(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with one translation; nothing, where there is none yet."""
    if entry.fuzzy:
        yield "fuzzy"
    if not entry.msgstr:
        return
    source, target = entry.msgid, entry.msgstr
    if Counter(PLACEHOLDER.findall(source)) != Counter(PLACEHOLDER.findall(target)):
        yield "other placeholders"
    if _tags(source) != _tags(target):
        yield "other tags"
    if _edges(source) != _edges(target):
        yield "other spaces at an end"
    if "�" in target:
        yield "a broken character"


def _tags(text: str) -> Counter[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Tags with what of their attributes is not for reading."""
    return Counter(
        (
            closing,
            name,
            tuple(
                sorted(
                    (key, "" if key in READ_ATTRIBUTES else value[1:-1])
                    for key, value in ATTRIBUTE.findall(attributes)
                )
            ),
        )
        for closing, name, attributes in TAG.findall(text)
    )


def _edges(text: str) -> tuple[str, str]:
    return (
        text[: len(text) - len(text.lstrip())],
        text[len(text.rstrip()) :],
    )


def missing(path: Path, template: polib.POFile, same: set[str]) -> Iterator[str]:
    """Messages of the template without a translation.

    One that equals the English counts as missing unless ``same`` names it: that is how
    a text looks that somebody meant to translate later.
    """
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    for entry in template:
        text = known.get(entry.msgid, "")
        if not text or (text == entry.msgid and text not in same):
            yield f"{path.stem}: {entry.msgid!r}"


def same_in(language: str, listed: str) -> set[str]:
    """What may read as in English: in every language, or in this one."""
    names = set()
    for line in listed.splitlines():
        if not line or line.startswith("# "):
            continue
        found = re.match(r"([a-z]{2}): (.*)", line)
        if found is None:
            names.add(line)
        elif found[1] == language:
            names.add(found[2])
    return names


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _missing_everywhere() -> list[str]:
    template, listed = polib.pofile(str(TEMPLATE)), _read(UNTRANSLATED)
    return [
        complaint
        for path in catalogues()
        for complaint in missing(path, template, same_in(path.stem, listed))
    ]


def _renew(exported: Path) -> None:
    TEMPLATE.write_text(template_text(exported.read_text()))
    template = polib.pofile(str(TEMPLATE))
    for path in catalogues():
        catalogue = polib.pofile(str(path), wrapwidth=0)
        merge(template, catalogue)
        catalogue.save(str(path))


def main(words: list[str]) -> int:
    """What ``make translations`` and ``make release`` run in Odoo's environment."""
    if words[:1] == ["current"]:
        return 0 if template_text(Path(words[1]).read_text()) == _read(TEMPLATE) else 1
    if words[:1] == ["merge"]:
        _renew(Path(words[1]))
    complaints = _missing_everywhere()
    for complaint in complaints:
        say(f"untranslated: {complaint}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
