"""Translations: what of a catalogue is malformed, missing, or lost in a merge."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from dev import catalogues

LANGUAGES = {"fr", "nl", "uk"}


@pytest.fixture(scope="module")
def template() -> polib.POFile:
    return polib.pofile(str(catalogues.TEMPLATE))


def test_every_language_has_a_catalogue() -> None:
    assert {path.stem for path in catalogues.catalogues()} == LANGUAGES


@pytest.mark.parametrize("path", catalogues.catalogues(), ids=lambda path: path.stem)
def test_no_entry_is_malformed(path: Path, template: polib.POFile) -> None:
    assert list(catalogues.malformed(path, template)) == []


@pytest.mark.parametrize(
    ("source", "target", "fault"),
    [
        ("%(count)s lines", "%(aantal)s regels", "other placeholders"),
        ("%s of %s", "%s", "other placeholders"),
        ("100% of %(name)s", "%(name)s", None),
        ("<b>Held</b>", "<b>Aangehouden</b>", None),
        ("<b>Held</b>", "<i>Aangehouden</i>", "other tags"),
        ("<b>Held</b>", "Aangehouden", "other tags"),
        ('<i class="fa" title="Up"/>', '<i class="fa" title="Omhoog"/>', None),
        ('<i class="fa" title="Up"/>', '<i class="fb" title="Up"/>', "other tags"),
        ("Held: ", "Aangehouden:", "other spaces at an end"),
        ("Held", "", None),
    ],
)
def test_a_fault_is_found(source: str, target: str, fault: str | None) -> None:
    entry = polib.POEntry(msgid=source, msgstr=target)
    assert list(catalogues.faults(entry)) == ([fault] if fault else [])


def test_a_doubled_and_an_unknown_message_are_malformed(tmp_path: Path) -> None:
    path = tmp_path / "nl.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Language: nl\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Held"\nmsgstr "a"\n\nmsgid "Held"\nmsgstr "b"\n\n'
        'msgid "Gone"\nmsgstr "c"\n'
    )
    template = polib.POFile()
    template.append(polib.POEntry(msgid="Held"))
    assert list(catalogues.malformed(path, template)) == [
        "nl: twice: 'Held'",
        "nl: not in the template: 'Gone'",
    ]


def test_merging_keeps_what_is_the_same_and_forgets_what_changed() -> None:
    template, catalogue = polib.POFile(), polib.POFile()
    template.append(polib.POEntry(msgid="New words", occurrences=[("a.py", "0")]))
    template.append(polib.POEntry(msgid="Held", occurrences=[("b.py", "0")]))
    catalogue.append(polib.POEntry(msgid="Held", msgstr="Aangehouden"))
    catalogue.append(polib.POEntry(msgid="Old words", msgstr="Oud"))
    catalogues.merge(template, catalogue)
    assert [(entry.msgid, entry.msgstr) for entry in catalogue] == [
        ("New words", ""),
        ("Held", "Aangehouden"),
    ]
    assert catalogue[1].occurrences == [("b.py", "0")]


def test_english_left_standing_counts_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "nl.po"
    template, catalogue = polib.POFile(), polib.POFile()
    for text, target in (("Held", "Held"), ("Ponto", "Ponto"), ("New", "")):
        template.append(polib.POEntry(msgid=text))
        catalogue.append(polib.POEntry(msgid=text, msgstr=target))
    catalogue.save(str(path))
    same = catalogues.same_in("nl", "# names\nPonto\nfr: Held\n")
    assert list(catalogues.missing(path, template, same)) == ["nl: 'Held'", "nl: 'New'"]


def test_the_template_names_no_moment() -> None:
    text = catalogues.TEMPLATE.read_text()
    assert "POT-Creation-Date" not in text
    assert catalogues.template_text(text) == text
