"""The catalogues in Odoo itself: every one loads, and screens are drawn with it."""

import re
from pathlib import Path

from lxml import etree

from odoo.tests import tagged
from odoo.tools.translate import TranslationImporter

from .common import PontoCommon

FOLDER = Path(__file__).parents[1] / "i18n"
LANGUAGES = {"fr": "fr_BE", "nl": "nl_BE", "uk": "uk_UA"}


@tagged("post_install", "-at_install")
class TestTranslations(PontoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in LANGUAGES.values():
            cls.env["res.lang"]._activate_lang(code)
        importer = TranslationImporter(cls.env.cr)
        for path in sorted(FOLDER.glob("*.po")):
            importer.load_file(str(path), LANGUAGES[path.stem])
        importer.save(overwrite=True)
        cls.env.registry.clear_cache("templates")

    def test_every_view_is_drawn_in_every_language(self):
        """A translation with a broken tag, or one too many, would break a screen."""
        models = [name for name in self.env if name.startswith("ponto.")]
        for code in LANGUAGES.values():
            for name in models:
                model = self.env[name].with_context(lang=code)
                if model._abstract:
                    continue
                for kind in ("form", "list", "search"):
                    with self.subTest(language=code, model=name, view=kind):
                        arch = etree.fromstring(model.get_view(view_type=kind)["arch"])
                        self.assertTrue(len(arch) or arch.get("string"))

    def test_what_an_accountant_reads_is_in_the_language(self):
        account = self.linked_account()
        account.fetch_transactions()
        self.env.flush_all()
        english = account.status_message
        for code in LANGUAGES.values():
            translated = account.with_context(lang=code).status_message
            with self.subTest(language=code):
                self.assertNotEqual(translated, english)
                self.assertNotRegex(translated, r"%\(|\{")

    def test_days_and_amounts_follow_the_language(self):
        account = self.linked_account()
        account.fetch_transactions()
        day = account.sync_start_date
        for code, written in (("nl_BE", "%d-%m-%Y"), ("uk_UA", "%d.%m.%Y")):
            self.env["res.lang"]._lang_get(code).date_format = written
            message = account.run_ids[:1].with_context(lang=code).message
            with self.subTest(language=code):
                self.assertIn(day.strftime(written), message)

    def test_quoted_buttons_are_buttons(self):
        """What a sentence calls a button is called so on the button."""
        button = self.env.ref("account_ponto_sync.ponto_fetch_accounts_view_form")
        for language, code in LANGUAGES.items():
            arch = button.with_context(lang=code).arch
            names = re.findall(r'<button[^>]* string="([^"]+)"', arch)
            with self.subTest(language=language):
                self.assertTrue(names)
                self.assertNotIn("Confirm", names)
