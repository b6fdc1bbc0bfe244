"""The history of fetches: who reads it, and what is forgotten when."""

from odoo.tests import new_test_user, tagged

from ..models.privacy import ponto_sync_run as ponto_sync_run_retention
from .common import PontoWorld, account_seed, transaction
from .scenarios.common import AcmeCompany


@tagged("post_install", "-at_install")
class TestHistory(PontoWorld, AcmeCompany):
    def test_accountants_read_it(self):
        clerk = new_test_user(
            self.env,
            "ponto_clerk",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        account = self.linked_account()
        run = account.fetch_transactions()
        action = account.with_user(clerk).action_open_runs()
        self.assertEqual(action["res_model"], "ponto.sync.run")
        runs = self.env["ponto.sync.run"].with_user(clerk).search(action["domain"])
        self.assertEqual(runs, run)
        self.assertIn("12 transactions since", runs.message)
        self.assertEqual((runs.read_count, runs.imported_count), (12, 12))
        menus = self.env["ir.ui.menu"].with_user(clerk)._visible_menu_ids()
        self.assertIn(self.env.ref("account_ponto_sync.menu_ponto_sync_run").id, menus)


@tagged("post_install", "-at_install")
class TestRetention(PontoWorld, AcmeCompany):
    """What nothing came of goes after 180 days; what anything refers to stays."""

    def setUp(self):
        super().setUp()
        self.sandbox.control("POST", "switches", json={"background": False})
        self.new_world(account_seed(transaction(1, "2026-01-05", "1.00")))
        with self.at("2026-01-10 09:00:00"):
            self.account = self.linked_account()
            self.first = self.account.fetch_transactions()

    def fetch(self, day):
        with self.at(f"{day} 09:00:00"):
            return self.account.fetch_transactions()

    def vacuum(self, day="2026-12-01"):
        with self.at(f"{day} 09:00:00"):
            done = self.env["ponto.sync.run"].sudo()._gc_quiet_runs()
            self.env.flush_all()
            return done

    def test_quiet_ones_go(self):
        quiet = self.fetch("2026-01-11") | self.fetch("2026-01-12")
        last = self.fetch("2026-01-13")
        self.assertEqual(self.vacuum("2026-07-10"), (0, 0))
        self.assertEqual(self.vacuum(), (2, 0))
        self.assertFalse(quiet.exists())
        self.assertEqual(self.account.run_ids, self.first | last)

    def test_young_ones_stay(self):
        young = self.fetch("2026-06-20")
        self.fetch("2026-06-21")
        self.assertEqual(self.vacuum(), (0, 0))
        self.assertTrue(young.exists())

    def test_with_news_stay(self):
        self.add_lines(transaction(2, "2026-01-11", "2.00"))
        news = self.fetch("2026-01-12")
        self.fetch("2026-01-13")
        self.fetch("2026-01-14")
        self.assertEqual(self.vacuum(), (1, 0))
        self.assertTrue(news.exists())
        self.assertEqual(self.rows(self.account).booked_run_id, self.first | news)

    def test_first_reading_without_news_stays(self):
        """Else a next one would be taken for the first, and adopt lines by their ids."""
        self.new_world(account_seed(id="acc-9", reference="BE71096123456769"))
        with self.at("2026-01-10 09:00:00"):
            account = self.account = self.linked_account("acc-9", code="BNK8")
        first = self.fetch("2026-01-11")
        self.fetch("2026-01-12")
        last = self.fetch("2026-01-13")
        self.vacuum()
        self.assertEqual(account.run_ids, first | last)
        self.assertFalse(last._is_first_reading())
        self.assertEqual(self.fetch("2026-12-02")._get_message_code("done"), "later")

    def test_failed_ones_go(self):
        self.plan("acc-1/transactions", status=503, times=None)
        failed = self.fetch("2026-01-11")
        self.end_faults()
        self.fetch("2026-01-12")
        self.vacuum()
        self.assertFalse(failed.exists())

    def test_where_a_hole_begins_stays(self):
        self.plan("acc-1/transactions", status=503, times=None)
        failed = self.fetch("2026-01-11")
        self.account.sudo().walk_run_id = failed
        self.fetch("2026-01-12")
        self.vacuum()
        self.assertTrue(failed.exists())
        self.assertEqual(self.account.walk_run_id, failed)

    def test_bounded(self):
        self.patch(ponto_sync_run_retention, "BATCH", 2)
        for day in range(11, 17):
            self.fetch(f"2026-01-{day}")
        self.assertEqual([self.vacuum() for _time in range(4)], [
            (2, 1), (2, 1), (1, 0), (0, 0),
        ])  # fmt: skip

    def test_every_reference_is_looked_at(self):
        text = str([each.code for each in self.first._references_to_run()])
        for table in ("ponto_transaction", "ponto_online_account", "ponto_sync_run"):
            self.assertIn(table, text)

    def test_by_the_vacuum_cleaner(self):
        self.fetch("2026-01-11")
        self.fetch("2026-01-12")
        with self.at("2026-12-01 09:00:00"):
            self.env.flush_all()
            self.env.ref("base.autovacuum_job").method_direct_trigger()
            self.env.invalidate_all()
        self.assertEqual(len(self.account.run_ids), 2)
