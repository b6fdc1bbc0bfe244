"""What is kept of people, how long, and what erasing leaves (issue 6, point 8)."""

import json
import re
from datetime import date
from pathlib import Path

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..models.privacy import ponto_transaction as retention
from .common import account_seed, transaction
from .test_identity import IdentityCommon

DAY = "2026-04-08"
START = date(2026, 1, 1)
PAGE = Path(__file__).parents[1] / "docs" / "privacy.md"
# Marks that stand in texts of the bank only.
MARKS = ("Zebrano", "BE62510007547061", "MANDATE-77", "Secret prefix")
IBAN = "BE68539007547034"


def marked(number, day=DAY, amount="-50.00", **attributes):
    """A transaction with marks in each of its texts."""
    return transaction(
        number,
        day,
        amount,
        **{
            "remittanceInformation": f"Zebrano invoice {number}",
            "counterpartName": "Zebrano NV",
            "counterpartReference": "BE62510007547061",
            "mandateId": "MANDATE-77",
            "endToEndId": f"MANDATE-77-{number}",
            **attributes,
        },
    )


def reissued(part):
    """The same transaction under another id."""
    return {**part, "id": part["id"].replace("-4000-", "-4999-")}


class PrivacyCommon(IdentityCommon):
    def dump(self, *tables, account=None):
        """All that tables hold, as text."""
        self.env.flush_all()
        found = []
        for table in tables:
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            found += [text for (text,) in self.env.cr.fetchall()]
        return "\n".join(found)

    def texts(self, account):
        """What stands on the lines, and must not change."""
        self.env.invalidate_all()
        names = ("date", "amount", "payment_ref", "partner_name", "account_number")
        return [tuple(line[name] for name in names) for line in self.lines(account)]

    def events(self, account):
        return [
            (row.state, row.flag_code, row.hold_code, row.history)
            for row in self.rows(account)
        ]

    def shared_again(self, account, *parts):
        """Ponto shares the account under another id, and it feeds the same journal."""
        journal = account.journal_id or self.journal
        self.sandbox.control("DELETE", "accounts/acc-1")
        self.sandbox.control("POST", "accounts", json=account_seed(*parts, id="acc-9"))
        fresh = self.connection.fetch_accounts()
        fresh.link_journal(journal, None if fresh._search_predecessor() else START)
        return fresh


@tagged("post_install", "-at_install")
class TestUnfedAccounts(PrivacyCommon):
    def asked_of(self, ref):
        """Requests about an account other than the list; with what was sent."""
        return [
            f"{entry['method']} {entry['path']}"
            for entry in self.sandbox.requests()
            if ref in entry["path"] or ref in (entry["body"] or "")
        ]

    def test_what_feeds_no_journal_is_never_read(self):
        """Neither by the schedule nor by a click, and also not when it did once."""
        account = self.linked_account()
        other = self.connection.online_account_ids - account
        refs = {account: account.ponto_ref, other: other.ponto_ref}
        account.fetch_transactions()
        self.run_cron()
        self.connection.fetch_accounts()
        self.assertTrue(self.asked_of(refs[account]))
        self.assertEqual(self.asked_of(refs[other]), [])
        # What is known of it is its entry in Ponto's list, as of now.
        for name in ("transaction_ids", "run_ids", "pending_ids", "balance_ids"):
            self.assertFalse(other[name], name)
        self.assertEqual(other.balance, 40.0)
        self.assertEqual(len(account.balance_ids), 1)
        journal = account.journal_id

        def relink():
            account.link_journal(journal)

        for number, (what, end, back) in enumerate(
            (
                ("unlinked", account.unlink_journal, relink),
                ("journal archived", journal.action_archive, journal.action_unarchive),
                ("archived", account.action_archive, account.action_unarchive),
                (
                    "connection archived",
                    self.connection.action_archive,
                    self.connection.action_unarchive,
                ),
            )
        ):
            with self.subTest(what):
                end()
                self.add_lines(transaction(800 + number, "2026-01-20", "8.00"))
                self.sandbox.clear_requests()
                self.env.invalidate_all()
                for _round in range(2):
                    self.run_cron()
                for click in (
                    account.action_fetch_transactions,
                    account.fetch_transactions,
                    other.action_fetch_transactions,
                    other.fetch_transactions,
                ):
                    with self.refusal(""):
                        click()
                self.assertEqual(self.asked_of(refs[account]), [])
                self.assertEqual(self.asked_of(refs[other]), [])
                back()
        account.fetch_transactions()
        self.assertTrue(self.asked_of(refs[account]), "the test sees what is asked")

    def test_of_rows_before_the_start_only_identity_is_kept(self):
        """Rule 11; and a reading that begins anew does not take texts from the books."""
        early = marked(1, "2026-02-10")
        account = self.fetched(early, marked(2), start=date(2026, 4, 1))
        row = self.rows(account, "before_cutover")
        kept = {
            name
            for name, field in row._fields.items()
            if field.store and field.type in ("char", "text", "json") and row[name]
        }
        self.assertEqual(kept, {"ponto_ref", "fingerprint", "currency_code"})
        self.assertEqual((row.amount, row.execution_date), (-50.0, date(2026, 2, 10)))
        account.sudo().move_start(date(2026, 4, 20))
        journal, before = account.journal_id, self.texts(account)
        account.unlink_journal()
        account.link_journal(journal)
        events = self.events(account)
        self.assertEqual(self.fetch(account).state, "done")
        self.assertEqual((self.texts(account), self.events(account)), (before, events))


@tagged("post_install", "-at_install")
class TestTextRetention(PrivacyCommon):
    def world(self):
        """Two twins, a prefix to come, an edited, a deleted and a corrected line."""
        return [
            marked(1, amount="-12.50", remittanceInformation="Zebrano parking"),
            marked(2, amount="-12.50", remittanceInformation="Zebrano parking"),
            marked(3, amount="-33.00"),
            marked(4, amount="-44.00"),
            marked(5, amount="-55.00"),
            marked(6, amount="-66.00"),
        ]

    def stripped(self, **more):
        """An account whose rows have lost their texts, all that are settled."""
        account = self.fetched(*self.world(), **more)
        self.journal = account.journal_id
        by_amount = {line.amount: line for line in self.lines(account)}
        by_amount[-44.0].payment_ref = "My words"
        by_amount[-55.0].unlink()
        self.correct(6, remittanceInformation="Zebrano corrected")
        self.fetch(account)
        self.assertIn("Zebrano", self.dump("ponto_transaction"))
        self.assertIn("mandate77", self.lines(account)[0].ponto_search_text)
        self.rows(account)._remove_texts()
        return account

    def correct(self, number, **values):
        ref = transaction(number, DAY, "1")["id"]
        self.sandbox.control("PATCH", f"accounts/acc-1/transactions/{ref}", json=values)

    def test_what_is_left(self):
        """No text of the bank's in the inbox or the line's details; the line's own
        texts stay, and the form says so instead of showing nothing."""
        account = self.stripped()
        for mark in MARKS:
            self.assertNotIn(mark, self.dump("ponto_transaction"), mark)
        line = self.lines(account)[0]
        self.assertEqual(
            set(line.transaction_details["ponto"]), set(retention.KEPT_DETAILS)
        )
        self.assertIn("Zebrano", line.payment_ref)
        self.assertNotIn("mandate77", line.ponto_search_text)
        row = self.rows(account)[0]
        self.assertIn("The bank's texts were removed on", row.what_to_know)
        followed = self.rows(account).filtered(lambda row: row.amount == -66)
        self.assertIn("The bank corrected the text", followed.history_text)
        self.assertNotIn("“", followed.history_text)
        deleted = self.rows(account).filtered("is_deleted")
        with self.refusal("enter it by hand"):
            deleted.action_restore()
        run = self.rows(account)[0].booked_run_id
        self.pump(run.browse(run.action_undo()["params"]["run_ids"]))
        self.assertEqual(len(self.lines(account)), 5)
        self.assertEqual(set(row.mapped("undo_left_code")), {"texts_removed"})

    def test_read_again(self):
        """Read once more, corrected, or read from the top after another link: no new
        line, no flag, no changed text, and the texts do not come back."""
        account = self.stripped()
        texts, events = self.texts(account), self.events(account)
        self.fetch(account)
        for number in range(1, 7):
            self.correct(
                number,
                remittanceInformation=f"Secret prefix {number}",
                counterpartName="Zebrano SA",
            )
        self.fetch(account)
        account.unlink_journal()
        account.link_journal(self.journal)
        self.fetch(account)
        self.assertEqual((self.texts(account), self.events(account)), (texts, events))
        for mark in MARKS:
            self.assertNotIn(mark, self.dump("ponto_transaction"), mark)
        # Money is another matter: that is told, as ever.
        self.correct(3, amount="-34.00")
        self.fetch(account)
        row = self.rows(account).filtered(lambda row: row.amount == -33)
        self.assertEqual(row.flag_code, "amount_changed")
        self.correct(3, amount="-33.00")
        self.fetch(account)
        self.assertFalse(row.flag_code)

    def test_issued_again(self):
        """Under new ids, some with another text: known by digest, or by the line."""
        account = self.stripped()
        texts = self.texts(account)
        parts = [reissued(part) for part in self.world()]
        parts[2]["remittanceInformation"] = "08.04 Zebrano invoice 3"
        parts[5]["remittanceInformation"] = "Zebrano corrected"
        self.replace(range(1, 7), *parts)
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.held_count), (0, 0))
        self.assertEqual(self.texts(account), texts)
        self.assertFalse(self.rows(account).filtered("flag_code"))
        self.assertEqual(run.alias_count, 6)
        again = [
            {**part, "id": part["id"].replace("-4999-", "-4888-")} for part in parts
        ]
        for part in parts:
            self.sandbox.control("DELETE", f"accounts/acc-1/transactions/{part['id']}")
        self.rows(account)._remove_texts()
        self.add_lines(*again)
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.alias_count), (0, 6))
        self.assertEqual(self.texts(account), texts)

    def test_where_nothing_tells_a_person_decides(self):
        """A payment of that day and amount whose number is another one: unlike before,
        it is not known to be another. It is not swallowed and not booked."""
        account = self.stripped()
        texts = self.texts(account)
        other = marked(
            44,
            amount="-44.00",
            remittanceInformation="Rent",
            counterpartName="Peeters",
            counterpartReference="BE71096123456769",
        )
        self.replace(
            [4, 5], other, {**other, "id": marked(55)["id"], "amount": "-55.00"}
        )
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.alias_count), (0, 0))
        held = self.rows(account, "held")
        self.assertEqual(held.mapped("hold_code"), ["same_or_new"] * 2)
        self.assertEqual(self.texts(account), texts)
        held.filtered(lambda row: row.amount == -44).action_ask_same_as()
        candidate = self.env["ponto.same.as.line"].search([], order="id desc", limit=1)
        self.assertEqual(candidate.label, "My words")

    def test_shared_under_another_id(self):
        account = self.stripped(journal={"number": IBAN})
        texts = self.texts(account)
        parts = [reissued(part) for part in self.world()]
        parts[5]["remittanceInformation"] = "Zebrano corrected"
        fresh = self.shared_again(account, *parts)
        run = self.fetch(fresh)
        self.assertEqual((run.imported_count, run.alias_count), (0, 6))
        self.assertEqual(self.texts(fresh), texts)
        self.assertFalse((self.rows(fresh) | self.rows(account)).filtered("flag_code"))

    def test_a_file_comes_later(self):
        """What a file brings is still shown as a possible double."""
        account = self.stripped()
        line = self.make_line(account, DAY, -33, "Zebrano invoice 3")
        self.assertTrue(line.ponto_possible_double)

    def test_schedule(self):
        """The company's months, by day and by arrival; only what is settled; in
        bounded pieces; no account that is being read."""
        with self.at("2026-04-20 09:00:00"):
            account = self.fetched(*self.world(), marked(7, "2026-04-19", "-7.00"))
            rows = self.rows(account)
            rows[0].sudo()._hold("refused", detail="Zebrano")
            rows[1].sudo()._flag("text_changed", label="Zebrano")
        texts = self.texts(account)
        gc = self.env["ponto.transaction"]._gc_old_texts
        with self.at("2028-04-15 09:00:00"):
            gc()
            self.assertFalse(rows.filtered("texts_removed_at"), "kept unless asked")
            self.company.ponto_texts_months = 24
            gc()
            self.assertFalse(rows.filtered("texts_removed_at"), "not received so long")
        with self.at("2028-05-01 09:00:00"):
            self.patch(retention, "BATCH", 2)
            self.assertEqual([gc(), gc(), gc()], [(2, 1), (2, 1), (1, 0)])
            self.assertEqual(gc(), (0, 0))
        self.env.invalidate_all()
        self.assertEqual(rows.filtered("raw"), rows[:2])
        self.assertEqual(self.texts(account), texts)
        for months in (1, -3, 121):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.company.ponto_texts_months = months

    def test_setting_tells_what_it_will_do(self):
        with self.at("2026-04-20 09:00:00"):
            self.fetched(*self.world())
        with self.at("2028-05-01 09:00:00"):
            settings = Form(self.env["res.config.settings"])
            self.assertFalse(settings.ponto_removes_texts)
            settings.ponto_removes_texts = True
            self.assertEqual(settings.ponto_texts_months, 24)
            self.assertRegex(
                settings.ponto_texts_preview, r"^6 transactions older than"
            )
            settings.ponto_texts_months = 60
            self.assertRegex(settings.ponto_texts_preview, r"^0 transactions")
            settings.save().execute()
            self.assertEqual(self.company.ponto_texts_months, 60)
            settings = Form(self.env["res.config.settings"])
            self.assertTrue(settings.ponto_removes_texts)
            settings.ponto_removes_texts = False
            settings.save().execute()
            self.assertEqual(self.company.ponto_texts_months, 0)


@tagged("post_install", "-at_install")
class TestErase(PrivacyCommon):
    """Erasing one account: what goes, what stays, who may."""

    TABLES = (
        "ponto_online_account",
        "ponto_transaction",
        "ponto_pending_transaction",
        "ponto_balance",
        "ponto_sync_run",
        "mail_message",
        "mail_tracking_value",
    )

    def setUp(self):
        super().setUp()
        parts = [
            marked(1),
            marked(2, "2026-04-09", "-60.00"),
            marked(3, amount="70.00"),
        ]
        self.parts = parts
        self.account = self.fetched(*parts, journal={"number": IBAN})
        self.journal = self.account.journal_id
        row = self.rows(self.account)[2]
        self.lines(self.account).filtered(lambda line: line.amount == 70).unlink()
        row.sudo()._log_event("ignored", note="Zebrano told me")
        row.sudo().decision_note = "Zebrano told me"
        pending = self.env["ponto.pending.transaction"].sudo()
        pending.create(
            {
                "online_account_id": self.account.id,
                "ponto_ref": "p-1",
                "amount": 1.0,
                "label": "Zebrano",
            }
        )

    def erase(self, account=None, scope="data", user=None, **values):
        account = (account or self.account).with_user(user or self.manager)
        dialog = self.env["ponto.erase.account"].with_user(user or self.manager)
        action = account.action_erase()
        dialog = dialog.browse(action["res_id"])
        dialog.write({"scope": scope, **values})
        return dialog.action_confirm()

    def fetch_erased(self):
        """Ponto still shares it, and still lists what it listed."""
        self.add_lines(marked(9, "2026-04-20", "-9.00"))
        self.run_cron()
        self.connection.fetch_accounts()

    def test_personal_data(self):
        self.assert_answered("Unlink from the journal first", self.erase())
        self.account.unlink_journal()
        asked = self.account.with_user(self.manager).action_erase()
        dialog = self.env["ponto.erase.account"].with_user(self.manager)
        form = Form(dialog.browse(asked["res_id"]))
        self.assertEqual((form.row_count, form.line_count, form.refusal), (3, 2, ""))
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)]
        )
        before = [(line.payment_ref, line.account_number) for line in lines]
        self.erase()
        self.fetch_erased()
        kept = self.dump(*self.TABLES)
        for mark in (*MARKS, "Bakkerij Peeters BV", IBAN):
            self.assertNotIn(mark, kept, mark)
        self.assertFalse(self.account.balance or self.account.balance_ids)
        self.assertEqual(
            [(line.payment_ref, line.account_number) for line in lines], before
        )
        details = json.dumps(lines.mapped("transaction_details"))
        self.assertNotIn("Zebrano", details)
        for row in self.rows(self.account):
            self.assertTrue(row.ponto_ref and row.fingerprint and row.execution_date)
        # Every stored text and JSON of what is left is known to be harmless.
        left = self.dump("ponto_transaction")
        self.assertNotRegex(left, r"[A-Z]{2}\d{14}")
        # Nobody is asked for a journal, and the account says why it is empty.
        self.assertIn("Personal data erased on", self.account.status_message)
        self.assertEqual(self.account._get_work_reason(0), "nothing")
        message = self.connection.message_ids[:1]
        self.assertIn("were erased", message.body)
        self.assertEqual(message.author_id, self.manager.partner_id)
        self.assertNotRegex(message.body, r"\d{4}")
        runs = self.account.run_ids
        self.assertTrue(all(run.message for run in runs))

    def test_memory_survives(self):
        """Linked again, also under another id: nothing is booked twice."""
        self.account.unlink_journal()
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)]
        )
        self.erase()
        self.account.link_journal(self.journal)
        self.fetch(self.account)
        self.assertEqual(self.lines(self.account), lines)
        self.connection.fetch_accounts()
        self.assertEqual(self.account.reference, IBAN)
        self.assertFalse(self.account.erased_at)
        self.account.unlink_journal()
        self.erase()
        fresh = self.shared_again(self.account, *map(reissued, self.parts))
        self.assertEqual(fresh.predecessor_id, self.account)
        run = self.fetch(fresh)
        self.assertEqual((run.imported_count, run.alias_count), (0, 3))
        self.assertEqual(self.lines(fresh), lines)
        fresh.unlink_journal()
        self.assert_answered(
            "Another account continues this one",
            self.erase(scope="wholly", is_understood=True),
        )

    def test_what_waits_is_set_aside(self):
        row = self.rows(self.account)[0].sudo()
        row._hold("refused", detail="Zebrano")
        self.account.unlink_journal()
        self.erase()
        self.assertEqual((row.state, row.decided_by_id), ("ignored", self.manager))
        with self.refusal("enter it by hand"):
            row.action_restore()

    def test_wholly(self):
        self.account.unlink_journal()
        self.env["ponto.sync.run"].flush_model()
        self.assert_answered(
            "Tick that the history is erased", self.erase(scope="wholly")
        )
        self.erase(scope="wholly", is_understood=True)
        self.assertFalse(self.account.exists())
        kept = self.dump(*self.TABLES)
        for mark in (*MARKS, IBAN):
            self.assertNotIn(mark, kept, mark)
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)]
        )
        self.assertEqual(lines.mapped("transaction_details"), [False, False])
        # Told beforehand: it comes again; lines are known by day and amount only, and
        # what was deleted is booked again.
        fresh = self.connection.fetch_accounts()
        fresh.link_journal(self.journal, START)
        run = self.fetch(fresh)
        self.assertEqual((run.adopted_count, run.imported_count), (2, 1))

    def test_who_may(self):
        self.account.unlink_journal()
        branch = self.env["res.company"].create(
            {"name": "Peeters Gent", "parent_id": self.company.id}
        )
        other = self.env["res.company"].create({"name": "Vastgoed"})
        for company, group in (
            (self.company, "basic"),
            (branch, "manager"),
            (other, "manager"),
        ):
            user = self.env["res.users"].create(
                {
                    "name": group,
                    "login": f"erase_{group}_{company.id}",
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                    "group_ids": [
                        (4, self.env.ref(f"account.group_account_{group}").id)
                    ],
                }
            )
            with self.subTest(company=company.name), self.assertRaises(AccessError):
                self.erase(user=user)
        self.assertTrue(self.account.reference)

    def test_not_while_it_is_read(self):
        self.account.unlink_journal()
        self.account.sudo()._create_run("cron", stage="read")
        self.assert_answered("A fetch is under way", self.erase())


@tagged("post_install", "-at_install")
class TestPrivacyPage(PrivacyCommon):
    """docs/privacy.md names every place where something could be written."""

    FIELD = re.compile(r"`([a-z_.]+)`")

    def test_page_is_complete(self):
        listed = {}
        for row in PAGE.read_text().splitlines():
            cells = [cell.strip() for cell in row.split("|")]
            if len(cells) > 3 and self.FIELD.fullmatch(cells[1]):
                model = self.FIELD.fullmatch(cells[1])[1]
                listed.setdefault(model, set()).update(self.FIELD.findall(cells[2]))
        mixin = (
            self.env["mail.thread"]._fields | self.env["mail.activity.mixin"]._fields
        )
        expected = {}
        for model in self.env.registry.values():
            if model._abstract or not model._auto:
                continue
            for name, field in model._fields.items():
                ours = model._name.startswith("ponto.") or name.startswith("ponto_")
                kinds = ("char", "text", "html", "json", "binary")
                written = field.store and field.type in kinds
                if ours and written and name not in mixin:
                    expected.setdefault(model._name, set()).add(name)
        for model, names in expected.items():
            self.assertLessEqual(names, listed.get(model, set()), model)
        for model, names in listed.items():
            for name in names:
                self.assertTrue(self.env[model]._fields[name].store, f"{model}.{name}")
