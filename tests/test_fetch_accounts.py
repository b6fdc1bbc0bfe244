from datetime import date

from odoo.tests import tagged

from .common import PontoCommon, account_seed, seed, transaction

EUR_IBAN = "BE68539007547034"
OTHER_IBAN = "BE71096123456769"


class FetchAccountsCommon(PontoCommon):
    @classmethod
    def seed_document(cls):
        """One IBAN in two currencies, a second bank, and somebody else's account."""
        return seed(
            [
                account_seed(
                    *[transaction(n, f"2026-01-{n:02d}", "10.00") for n in range(5, 15)]
                ),
                account_seed(id="acc-usd", currency="USD"),
                account_seed(
                    transaction(101, "2026-02-01", "-10.00"),
                    id="acc-2",
                    institution="bank-b",
                    reference=OTHER_IBAN,
                ),
                account_seed(
                    id="acc-3",
                    institution="bank-b",
                    reference="BE43068999999501",
                    holderName="Jan Janssens",
                ),
            ]
        )

    def open_dialog(self, record=None, **context):
        """As the accountant does it: with the rights of a manager, no more."""
        record = record or self.connection
        action = record.with_user(self.manager).action_fetch_accounts()
        self.assertEqual(action["res_model"], "ponto.fetch.accounts")
        return (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .browse(action["res_id"])
        )

    def line(self, dialog, ref):
        return dialog.line_ids.filtered(
            lambda line: line.online_account_id.ponto_ref == ref
        )

    def skip_all(self, dialog):
        dialog.line_ids.filtered(lambda line: line.action != "keep").action = "skip"

    def choose(self, dialog, ref, journal=None, **values):
        self.skip_all(dialog)
        line = self.line(dialog, ref)
        line.write({"action": "link", "journal_id": journal and journal.id, **values})
        return line

    def linked(self):
        return self.env["ponto.online.account"].search([("journal_id", "!=", False)])


@tagged("post_install", "-at_install")
class TestAccountList(PontoCommon):
    """All that the integration may see, on all pages, at all banks."""

    def test_130_accounts(self):
        """P09 e: the list has two pages."""
        self.new_world(
            *[
                account_seed(id=f"acc-{n}", institution=f"bank-{'ab'[n % 2]}")
                for n in range(130)
            ]
        )
        action = self.connection.with_user(self.manager).action_fetch_accounts()
        dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
        self.assertEqual(len(dialog.line_ids), 130)
        refs = set(dialog.line_ids.online_account_id.mapped("ponto_ref"))
        self.assertEqual(refs, {f"acc-{n}" for n in range(130)})
        institutions = self.connection.provider_account_ids
        self.assertEqual(sorted(institutions.mapped("account_count")), [65, 65])
        self.assertEqual(self.data_requests().count("GET /accounts"), 2)

    def test_second_page_fails(self):
        """Nothing is half-saved: no account would be there without the others."""
        self.new_world(*[account_seed(id=f"acc-{n}") for n in range(130)])
        self.plan("^/accounts$", query="after", status=500, times=None)
        with self.refusal("a temporary problem"):
            self.connection.fetch_accounts()
        self.assertFalse(self.connection.online_account_ids)
        self.end_faults()
        self.assertEqual(len(self.connection.fetch_accounts()), 130)

    def test_second_reading_changes_nothing(self):
        accounts = self.connection.fetch_accounts()
        accounts[0].link_journal(self.make_journal())
        institutions = self.connection.provider_account_ids
        self.assertEqual(self.connection.fetch_accounts(), accounts)
        self.assertEqual(self.connection.provider_account_ids, institutions)
        self.assertEqual(accounts.balance_ids.online_account_id, accounts[0])
        self.assertEqual(len(accounts.balance_ids), 1)

    def test_what_ponto_says_is_kept(self):
        account = self.connection.fetch_accounts().sorted("ponto_ref")[0]
        self.assertEqual(account.reference, EUR_IBAN)
        self.assertEqual(account.currency_id.name, "EUR")
        self.assertEqual(account.holder_name, "Bakkerij Peeters BV")
        # 1000.00 + 1.25 + 2.25 + … + 12.25
        self.assertAlmostEqual(account.balance, 1081.0)
        self.assertFalse(account.balance_ids, "nothing to prove while it feeds nothing")
        self.assertTrue(account.authorization_expires_at)
        self.assertEqual(account.state, "unlinked")

    def test_balances_are_never_overwritten(self):
        """Ponto tells only today's: yesterday's must stay (P10)."""
        account = self.linked_account()
        self.assertEqual(account.balance_ids.amount, account.balance)
        self.assertEqual(account.balance_ids.read_at, self.connection.last_checked_at)
        self.add_lines(transaction(900, "2026-02-02", "100.00"))
        self.connection.fetch_accounts()
        amounts = account.balance_ids.sorted("id").mapped("amount")
        self.assertEqual(amounts, [1081.0, 1181.0])

    def test_beta_institution_says_so(self):
        self.connection.fetch_accounts()
        beta = self.connection.provider_account_ids.filtered(
            lambda institution: institution.institution_status == "beta"
        )
        self.assertEqual(beta.name, "Sint-Michiels Krediet")
        self.assertIn("in beta. Ponto provides the support", beta.beta_notice)
        self.assertFalse((self.connection.provider_account_ids - beta).beta_notice)


@tagged("post_install", "-at_install")
class TestProposals(FetchAccountsCommon):
    """What the dialog proposes, and why something comes unticked."""

    def test_iban_and_currency(self):
        """P13, P46: one IBAN, two currencies, two journals, one bank account record."""
        usd = self.env.ref("base.USD")
        usd_journal = self.make_journal("BUSD", "BE68 5390 0754 7034", usd)
        eur_journal = self.make_journal("BEUR", "BE68 5390 0754 7034")
        self.assertEqual(usd_journal.bank_account_id, eur_journal.bank_account_id)
        dialog = self.open_dialog()
        found = {
            line.online_account_id.ponto_ref: (line.action, line.journal_id)
            for line in dialog.line_ids
        }
        none = self.env["account.journal"]
        self.assertEqual(
            found,
            {
                "acc-1": ("link", eur_journal),
                "acc-usd": ("link", usd_journal),
                "acc-2": ("create", none),
                "acc-3": ("skip", none),
            },
        )
        self.assertFalse(self.linked(), "nothing is linked without a confirmation")

    def test_all_institutions_are_shown_the_origin_first(self):
        self.connection.fetch_accounts()
        bank_b = self.connection.provider_account_ids.filtered(
            lambda institution: institution.institution_ref == "bank-b"
        )
        dialog = self.open_dialog(bank_b)
        names = dialog.line_ids.provider_account_id.mapped("name")
        self.assertEqual(names, ["Sint-Michiels Krediet", "Vlinderbank"])
        self.assertEqual(len(dialog.line_ids), 4)

    def test_two_journals_with_the_number_are_a_persons_choice(self):
        self.make_journal("BNK8", EUR_IBAN)
        self.make_journal("BNK9", EUR_IBAN)
        self.assertFalse(self.line(self.open_dialog(), "acc-1").journal_id)

    def test_other_holder_comes_unticked(self):
        line = self.line(self.open_dialog(), "acc-3")
        self.assertEqual((line.action, line.selected), ("skip", False))
        self.assertIn("the holder Jan Janssens does not look like", line.remark)

    def test_number_of_another_company_comes_unticked(self):
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        self.env["res.partner.bank"].create(
            {"acc_number": "BE71 0961 2345 6769", "partner_id": other.partner_id.id}
        )
        line = self.line(self.open_dialog(), "acc-2")
        self.assertEqual(line.action, "skip")
        self.assertIn("belongs to another company", line.remark)

    def test_inactive_currency_comes_unticked(self):
        currency = self.env.ref("base.AED")
        currency.active = False
        self.new_world(account_seed(currency="AED"))
        line = self.line(self.open_dialog(), "acc-1")
        self.assertEqual(line.action, "skip")
        self.assertIn("currency AED is not active", line.remark)
        line.selected = True
        self.assert_answered(
            "The currency AED is not active. Activate it first",
            line.wizard_id.action_confirm(),
        )

    def test_unknown_currency_comes_unticked(self):
        self.new_world(account_seed(currency="XTS"))
        line = self.line(self.open_dialog(), "acc-1")
        self.assertEqual(line.action, "skip")
        line.selected = True
        self.assert_answered("XTS", line.wizard_id.action_confirm())

    def test_tick_decides_the_action(self):
        dialog = self.open_dialog()
        line = self.line(dialog, "acc-3")
        line.selected = True
        self.assertEqual(line.action, "create")
        line.write({"selected": True, "journal_id": self.make_journal().id})
        self.assertEqual(line.action, "link")
        line.selected = False
        self.assertEqual(line.action, "skip")

    def test_journal_card_proposes_its_only_fitting_account(self):
        """A journal without a number, opened from its card."""
        usd_journal = self.make_journal("BUSD", currency=self.env.ref("base.USD"))
        action = usd_journal.with_user(self.manager).action_ponto_connect()
        dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
        self.assertEqual(self.line(dialog, "acc-usd").journal_id, usd_journal)


@tagged("post_install", "-at_install")
class TestStartDate(FetchAccountsCommon):
    """The first day to import (P18)."""

    def propose(self, journal=None):
        account = self.connection.fetch_accounts().filtered(
            lambda account: account.ponto_ref == "acc-1"
        )
        return account._propose_start_date(journal)

    def add_line(self, journal, day):
        return self.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "date": day, "amount": 5, "payment_ref": "x"}
        )

    def test_first_day_of_the_fiscal_year(self):
        with self.at("2026-06-15 10:00:00"):
            self.assertEqual(self.propose(), date(2026, 1, 1))
            self.assertEqual(self.propose(self.make_journal()), date(2026, 1, 1))
            self.company.write(
                {"fiscalyear_last_day": 31, "fiscalyear_last_month": "3"}
            )
            self.assertEqual(self.propose(), date(2026, 4, 1))

    def test_today_is_the_banks_today(self):
        """On 1 January at 00:30 in Brussels it is still the old year in UTC."""
        with self.at("2026-12-31 23:30:00"):
            self.assertEqual(self.propose(), date(2027, 1, 1))

    def test_day_after_the_newest_line(self):
        journal = self.make_journal()
        self.add_line(journal, "2026-05-20")
        self.add_line(journal, "2026-03-02")
        with self.at("2026-06-15 10:00:00"):
            self.assertEqual(self.propose(journal), date(2026, 5, 21))

    def test_never_on_or_before_a_lock_date(self):
        journal = self.make_journal()
        with self.at("2026-06-15 10:00:00"):
            for name in ("fiscalyear_lock_date", "hard_lock_date"):
                with self.subTest(lock=name):
                    day = {"fiscalyear_lock_date": 31, "hard_lock_date": 30}[name]
                    month = {"fiscalyear_lock_date": 3, "hard_lock_date": 4}[name]
                    self.company[name] = date(2026, month, day)
                    after = date(2026, month + 1, 1)
                    self.assertEqual(self.propose(journal), after)
                    self.assertEqual(self.propose(), after)

    def test_typed_date_on_the_lock_date_is_refused(self):
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        journal = self.make_journal()
        dialog = self.open_dialog()
        line = self.choose(dialog, "acc-1", journal, sync_start_date=date(2026, 3, 31))
        self.assert_answered(
            "The books are closed until 03/31/2026", dialog.action_confirm()
        )
        self.assertFalse(self.linked())
        self.assertNotEqual(journal.bank_statements_source, "ponto")
        line.sync_start_date = date(2026, 4, 1)
        dialog.action_confirm()
        self.assertEqual(self.linked().sync_start_date, date(2026, 4, 1))


@tagged("post_install", "-at_install")
class TestConfirm(FetchAccountsCommon):
    """Linking what is ticked: all of it or nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.new_company("Peeters Vastgoed")
        cls.env.user.company_ids |= cls.other_company

    def test_new_journal(self):
        dialog = self.open_dialog()
        self.skip_all(dialog)
        self.line(dialog, "acc-2").action = "create"
        dialog.action_confirm()
        account = self.linked()
        journal = account.journal_id
        self.assertEqual(journal.type, "bank")
        self.assertEqual(journal.name, "Sint-Michiels Krediet 6769")
        self.assertEqual(journal.company_id, self.company)
        self.assertEqual(journal.bank_statements_source, "ponto")
        self.assertEqual(journal.bank_account_id.sanitized_acc_number, OTHER_IBAN)
        self.assertEqual(journal.bank_account_id.partner_id, self.company.partner_id)
        ledger = journal.default_account_id
        sharing = self.env["account.journal"].search(
            [("default_account_id", "=", ledger.id)]
        )
        self.assertEqual(sharing, journal, "an own ledger account (P46)")

    def test_new_journal_in_a_foreign_currency(self):
        dialog = self.open_dialog()
        self.skip_all(dialog)
        self.line(dialog, "acc-usd").action = "create"
        dialog.action_confirm()
        self.assertEqual(self.linked().journal_id.currency_id.name, "USD")

    def test_result_sentence(self):
        """The first fetch begins at once and says how far back Ponto goes."""
        dialog = self.open_dialog()
        self.choose(
            dialog, "acc-1", self.make_journal(), sync_start_date=date(2026, 1, 1)
        )
        action = dialog.action_confirm()
        self.assertEqual(action["tag"], "account_ponto_sync.fetch_progress")
        runs = self.env["ponto.sync.run"].with_user(self.manager)
        runs = runs.browse(action["params"]["run_ids"])
        self.assertEqual((runs.trigger, runs.user_id), ("user", self.manager))
        message = self.pump(runs)["runs"][0]["message"]
        self.assertIn("10 transactions since 01/01/2026 imported", message)
        self.assertIn(
            "Ponto has no transactions before 01/05/2026: import 01/01/2026 to "
            "01/04/2026 from a file.",
            message,
        )
        booked = self.booked(self.linked())
        self.assertEqual(len(booked), 10)
        self.assertEqual(sum(amount for _day, amount in booked), 100.0)

    def test_accounts_of_two_institutions_at_once(self):
        dialog = self.open_dialog()
        self.skip_all(dialog)
        both = self.line(dialog, "acc-1") | self.line(dialog, "acc-2")
        # The proposed day, the fiscal year's first, goes with the clock.
        both.write({"action": "create", "sync_start_date": date(2026, 1, 1)})
        action = dialog.action_confirm()
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(runs)
        self.assertEqual(runs.mapped("state"), ["done", "done"])
        self.assertEqual(sorted(runs.mapped("imported_count")), [1, 10])

    def test_nothing_chosen(self):
        dialog = self.open_dialog()
        self.skip_all(dialog)
        self.assertEqual(
            dialog.action_confirm(), {"type": "ir.actions.act_window_close"}
        )
        self.assertFalse(self.linked())

    def refused_journal(self, journal, *phrases):
        """By the dialog and by the method that other programs call."""
        dialog = self.open_dialog()
        self.choose(dialog, "acc-1", journal)
        for phrase in phrases:
            self.assert_answered(phrase, dialog.action_confirm())
            with self.refusal(phrase):
                self.line(dialog, "acc-1").online_account_id.link_journal(journal)
        self.assertFalse(self.linked() - self.kept)

    @property
    def kept(self):
        return self.env["ponto.online.account"].search([("ponto_ref", "=", "acc-2")])

    def test_journal_of_another_currency(self):
        journal = self.make_journal("BUSD", currency=self.env.ref("base.USD"))
        self.refused_journal(
            journal,
            "The account is in EUR and Bank BUSD .* is in USD",
            "make a journal in EUR",
        )

    def test_journal_that_is_fed_already(self):
        journal = self.linked_account("acc-2").journal_id
        self.refused_journal(
            journal, "The same journal is chosen twice|already linked to"
        )
        account = self.connection.online_account_ids.filtered(
            lambda account: account.ponto_ref == "acc-1"
        )
        with self.refusal(f"already linked to .*…{OTHER_IBAN[-4:]}"):
            account.link_journal(journal)

    def test_journal_secured_with_hash(self):
        journal = self.make_journal(restrict_mode_hash_table=True)
        self.refused_journal(journal, "secures its entries with a hash")

    def test_journal_without_suspense_account(self):
        journal = self.make_journal()
        journal.suspense_account_id = False
        self.refused_journal(journal, "has no suspense account. Set one")

    def test_journal_without_ledger_account(self):
        journal = self.make_journal()
        journal.default_account_id = False
        self.refused_journal(journal, "has no bank account in the chart of accounts")

    def test_archived_journal(self):
        journal = self.make_journal(active=False)
        self.refused_journal(journal, "is archived")

    def test_journal_that_is_no_bank(self):
        journal = self.make_journal(type="cash")
        self.refused_journal(journal, "is not a bank or card journal")

    def test_journal_of_another_company(self):
        """The company's own manager may see both companies."""
        self.manager.company_ids = [(4, self.other_company.id)]
        self.manager = self.manager.with_context(
            allowed_company_ids=(self.company + self.other_company).ids
        )
        journal = self.chart_journal("bank", self.other_company)
        dialog = self.open_dialog()
        self.choose(dialog, "acc-1", journal)
        companies = (self.company + self.other_company).ids
        action = dialog.with_context(allowed_company_ids=companies).action_confirm()
        self.assert_answered("belongs to another company", action)
        self.assertFalse(self.linked())

    def test_same_journal_twice(self):
        journal = self.make_journal()
        dialog = self.open_dialog()
        self.skip_all(dialog)
        for ref in ("acc-1", "acc-2"):
            self.line(dialog, ref).write({"action": "link", "journal_id": journal.id})
        self.assert_answered(
            "The same journal is chosen twice", dialog.action_confirm()
        )
        self.assertFalse(self.linked())

    def test_link_without_journal(self):
        dialog = self.open_dialog()
        self.choose(dialog, "acc-1")
        self.assert_answered("Choose a journal", dialog.action_confirm())

    def test_one_refused_line_leaves_nothing(self):
        """Every refused line is named, and the good one is not half-saved."""
        dialog = self.open_dialog()
        self.skip_all(dialog)
        good = self.make_journal("BNK7")
        self.line(dialog, "acc-2").write({"action": "link", "journal_id": good.id})
        self.line(dialog, "acc-1").write(
            {
                "action": "link",
                "journal_id": self.make_journal(restrict_mode_hash_table=True).id,
            }
        )
        self.line(dialog, "acc-usd").write(
            {"action": "link", "journal_id": self.make_journal("BNK8").id}
        )
        journals = self.env["account.journal"].search_count([])
        self.assert_answered(
            "(?s)hash.*The account is in USD|The account is in USD.*hash",
            dialog.action_confirm(),
        )
        self.assertFalse(self.linked())
        self.assertNotEqual(good.bank_statements_source, "ponto")
        self.assertFalse(good.bank_account_id)
        self.assertEqual(self.env["account.journal"].search_count([]), journals)
        self.assertFalse(self.env["ponto.sync.run"].search([]))

    def test_closed_start_date_of_one_line_leaves_nothing(self):
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        dialog = self.open_dialog()
        self.skip_all(dialog)
        self.line(dialog, "acc-1").action = "create"
        self.line(dialog, "acc-2").write(
            {"action": "create", "sync_start_date": date(2026, 1, 1)}
        )
        journals = self.env["account.journal"].search_count([])
        self.assert_answered("books are closed until", dialog.action_confirm())
        self.assertFalse(self.linked())
        self.assertEqual(self.env["account.journal"].search_count([]), journals)

    def test_linked_account_is_kept_as_it_is(self):
        """Settings and ticks of the dialog are for the accounts that are linked now."""
        account = self.linked_account("acc-1")
        journal = account.journal_id
        dialog = self.open_dialog()
        line = self.line(dialog, "acc-1")
        self.assertEqual((line.action, line.journal_id), ("keep", journal))
        self.assertEqual(line.sync_start_date, account.sync_start_date)
        dialog.write({"auto_sync": False, "date_field": "value"})
        self.skip_all(dialog)
        self.line(dialog, "acc-2").action = "create"
        dialog.action_confirm()
        self.assertEqual((account.auto_sync, account.date_field), (True, "execution"))
        new = self.linked() - account
        self.assertEqual((new.auto_sync, new.date_field), (False, "value"))

    def test_skip_never_unlinks(self):
        account = self.linked_account("acc-1")
        dialog = self.open_dialog()
        line = self.line(dialog, "acc-1")
        line.selected = False
        self.assertEqual(line.action, "keep")
        line.action = "skip"
        dialog.action_confirm()
        self.assertTrue(account.journal_id)
        dialog.line_ids.unlink()
        dialog.action_confirm()
        self.assertTrue(account.journal_id)

    def test_linked_account_is_not_linked_again(self):
        account = self.linked_account("acc-1")
        journal = account.journal_id
        dialog = self.open_dialog()
        self.choose(dialog, "acc-1")
        self.line(dialog, "acc-1").write(
            {"action": "link", "journal_id": self.make_journal("BNK7").id}
        )
        self.assert_answered(
            "It is already linked to a journal", dialog.action_confirm()
        )
        self.assertEqual(account.journal_id, journal)

    def test_institution_without_authorized_account(self):
        """The dialog says so, and what to do at Ponto."""
        institution = (
            self.env["ponto.provider.account"]
            .sudo()
            .create(
                {
                    "connection_id": self.connection.id,
                    "name": "Kempische Spaarbank",
                    "institution_ref": "bank-c",
                }
            )
        )
        dialog = self.open_dialog(institution)
        self.assertEqual(institution.state, "no_account")
        self.assertIn(
            "No account of Kempische Spaarbank is authorized", dialog.no_account_notice
        )
        self.assertIn("tick them in the integration", dialog.no_account_notice)
        self.assertEqual(len(dialog.line_ids), 4)

    def test_account_no_longer_shared_keeps_its_history(self):
        account = self.linked_account("acc-1")
        account.fetch_transactions()
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"accounts": ["acc-2"]})
        dialog = self.open_dialog()
        self.assertEqual(dialog.line_ids.online_account_id.ponto_ref, "acc-2")
        self.assertIn(EUR_IBAN, dialog.missing_notice)
        self.assertIn("Imported data is kept", dialog.missing_notice)
        self.assertEqual(account.state, "revoked")
        self.assertEqual(len(self.booked(account)), 10)
        self.assertTrue(account.journal_id)
        self.sandbox.control("PATCH", key, json={"accounts": "all"})
        self.open_dialog()
        self.assertEqual(account.state, "ok")

    def test_accounts_of_another_company_are_not_offered(self):
        """P39: one integration, two companies; who is first, has the account."""
        twin = self.connect(company_id=self.other_company.id)
        account = twin.fetch_accounts().filtered(lambda a: a.ponto_ref == "acc-1")
        account.link_journal(self.chart_journal("bank", self.other_company))
        dialog = self.open_dialog()
        self.assertFalse(self.line(dialog, "acc-1"))
        self.assertEqual(len(dialog.line_ids), 3)
        self.assertIn("belong to another company", dialog.elsewhere_notice)
        own = self.connection.online_account_ids.filtered(
            lambda account: account.ponto_ref == "acc-1"
        )
        # As the one whose dialog it is.
        lines = dialog.line_ids.with_user(dialog.create_uid)
        own_line = lines.create(
            {"wizard_id": dialog.id, "online_account_id": own.id, "action": "create"}
        )
        self.assert_answered(
            "is linked to a journal of another company",
            own_line.wizard_id.action_confirm(),
        )

    def test_sandbox_and_live_are_never_mixed(self):
        account = self.linked_account("acc-1")
        account.fetch_transactions()
        journal = account.journal_id
        account.sudo().revoked_at = "2026-01-01 00:00:00"
        live = self.connect(name="Live", environment="live", client_id="live-client")
        live_account = (
            self.env["ponto.online.account"]
            .sudo()
            .create(
                {
                    "connection_id": live.id,
                    "ponto_ref": "acc-live",
                    "reference": EUR_IBAN,
                    "currency_id": self.env.ref("base.EUR").id,
                    "currency_code": "EUR",
                }
            )
        )
        with self.refusal("never mixed"):
            live_account.link_journal(journal)


@tagged("post_install", "-at_install")
class TestAddInstitution(PontoCommon):
    """Ponto's public list, before paying for anything."""

    @classmethod
    def seed_document(cls):
        bank = {"status": "stable", "country": "BE"}
        return seed(
            [],
            institutions=[
                {"id": "bank-a", "name": "Vlinderbank", **bank},
                {"id": "bank-b", "name": "Vlindertuin Bank", **bank, "status": "beta"},
                {"id": "bank-o", "name": "Vlinder Oud", **bank, "deprecated": True},
                {"id": "bank-n", "name": "Vlinder NL", **bank, "country": "NL"},
                {"id": "bank-k", "name": "Kempische Spaarbank", **bank},
            ],
        )

    def search_banks(self, name="", country="base.be"):
        wizard = (
            self.env["ponto.add.institution"]
            .with_user(self.manager)
            .create(
                {
                    "connection_id": self.connection.id,
                    "name": name,
                    "country_id": country and self.env.ref(country).id,
                }
            )
        )
        wizard.action_search()
        return wizard

    def names(self, wizard):
        return wizard.line_ids.mapped("name")

    def test_by_name_and_country(self):
        self.assertEqual(
            self.names(self.search_banks("vlinder")),
            ["Vlinderbank", "Vlindertuin Bank"],
        )
        self.assertEqual(
            self.names(self.search_banks("vlinder", "base.nl")), ["Vlinder NL"]
        )
        self.assertEqual(len(self.names(self.search_banks(" ", None))), 4)

    def test_nothing_found(self):
        wizard = self.search_banks("no such bank")
        self.assertTrue(wizard.searched)
        self.assertFalse(wizard.line_ids)

    def test_search_needs_no_credentials(self):
        self.sandbox.clear_requests()
        self.search_banks("vlinder")
        asked = self.sandbox.requests()
        self.assertEqual(
            [entry["path"] for entry in asked], ["/financial-institutions"]
        )
        self.assertNotIn("authorization", asked[0]["headers"])

    def test_added_as_no_account(self):
        line = self.search_banks("tuin").line_ids
        self.assertFalse(line.known)
        action = line.action_add()
        institution = self.env["ponto.provider.account"].browse(action["res_id"])
        self.assertEqual(institution.state, "no_account")
        self.assertEqual(institution.institution_ref, "bank-b")
        self.assertEqual(institution.institution_status, "beta")
        self.assertEqual(institution.authorization_lifetime_days, 180)
        self.assertIn("None of this institution's accounts", institution.state_message)

    def test_added_once(self):
        first = self.search_banks("tuin").line_ids.action_add()["res_id"]
        line = self.search_banks("tuin").line_ids
        self.assertTrue(line.known)
        self.assertEqual(line.action_add()["res_id"], first)
        self.assertEqual(len(self.connection.provider_account_ids), 1)

    def test_accounts_appear_under_the_added_institution(self):
        institution = self.env["ponto.provider.account"].browse(
            self.search_banks("tuin").line_ids.action_add()["res_id"]
        )
        body = account_seed(institution="bank-b")
        self.sandbox.control("POST", "accounts", json=body)
        accounts = self.connection.fetch_accounts()
        self.assertEqual(accounts.provider_account_id, institution)
        self.assertEqual(institution.state, "connected")

    def test_ponto_down(self):
        self.plan("/financial-institutions", status=503, times=None)
        dialog = self.search_banks("vlinder")
        self.assertFalse(dialog.searched)
        self.assert_answered(
            "temporary problem.*Try again later", dialog.action_search()
        )
        self.end_faults()
        self.assertEqual(len(self.search_banks("vlinder").line_ids), 2)
