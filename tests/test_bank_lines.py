from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import START, PontoCommon, transaction

LINE = "account.bank.statement.line"
PEETERS = {
    "counterpartName": "Peeters & Zonen <b>BV</b>",
    "counterpartReference": "BE71096123456769",
    "remittanceInformation": "+++090/9337/55493+++",
    "remittanceInformationType": "structured",
    "endToEndId": "E2E-8891-X",
    "bankTransactionCode": "PMNT-RCDT-ESCT",
    "additionalInformation": "Donneur : LE LOUBATAS\nRéf : NDF DEC",
    # Nothing of ours knows of this one.
    "merchantCategory": {"code": "5411", "tillName": "Liège 7"},
}


class BankLineCase(PontoCommon):
    def search_view(self, query):
        """What the search box finds, newest first."""
        return self.env[LINE].search([("ponto_search", "ilike", query)])

    def page(self, lines_or_action, limit=80, **values):
        """One page of a list as the web client asks for it, and its SQL statements."""
        action = lines_or_action
        view_id = dict((kind, id_) for id_, kind in action["views"])["list"]
        model = self.env[LINE].with_context(**action["context"])
        arch = etree.fromstring(
            model.get_views([(view_id, "list")])["views"]["list"]["arch"]
        )
        specification = {
            node.get("name"): (
                {"fields": {"display_name": {}}}
                if model._fields[node.get("name")].type == "many2one"
                else {}
            )
            for node in arch.iter("field")
        }
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = model.web_search_read(
            action["domain"],
            specification,
            limit=limit,
            order="internal_index DESC",
            count_limit=10_001,
            **values,
        )
        return found, self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestBankLines(BankLineCase):
    """What a bookkeeper sees of the lines in plain Community."""

    def peeters(self):
        """Four days of one account; the second line has all that a bank can say."""
        return self.fetched(
            transaction(1, "2026-02-01", "-100.00", remittanceInformation="Rent"),
            transaction(2, "2026-02-02", "1234.50", **PEETERS),
            transaction(3, "2026-02-03", "20.00", counterpartName="Café Élan"),
            transaction(4, "2026-02-04", "-0.75", remittanceInformation="Fee 100%"),
        )

    # === SEARCH === #

    def test_text_of_the_bank_in_any_writing(self):
        account = self.peeters()
        rent, peeters, cafe, fee = self.lines(account)
        owner = self.env["res.partner"].create({"name": "Landlord De Wit"})
        rent.partner_id = owner
        for query, found in {
            "+++090/9337/55493+++": peeters,
            "090933755493": peeters,
            "090 9337 55493": peeters,
            "BE71 0961 2345 6769": peeters,
            "be710961": peeters,
            "6769 zonen": peeters,
            "e2e-8891": peeters,
            "ndf DEC loubatas": peeters,
            "liege 7": peeters,
            "cafe elan": cafe,
            "de wit": rent,
            "landlord rent": rent,
            "100%": fee,
            "nobody": fee.browse(),
            # Ponto's ids are no words of the bank.
            rows_ref(rent): fee.browse(),
        }.items():
            with self.subTest(query):
                self.assertEqual(self.search_view(query), found)
        self.assertEqual(
            self.env[LINE].search_count([("ponto_search", "ilike", " ")]), 4
        )
        cafe.payment_ref = "Lunch with Jan"
        self.assertEqual(self.search_view("lunch"), cafe)
        # Lines that were there before the addon.
        kept = {line: line.ponto_search_text for line in rent | peeters | cafe | fee}
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_bank_statement_line SET ponto_search_text = NULL"
        )
        self.env[LINE]._ponto_fill_search_text()
        self.env.invalidate_all()
        self.assertEqual({line: line.ponto_search_text for line in kept}, kept)
        self.assertTrue(all(kept.values()))

    def test_amounts_by_size_and_sign(self):
        account = self.peeters()
        rent, peeters, cafe, fee = self.lines(account)
        dollar = self.env.ref("base.USD")
        dollar.active = True
        fee.write({"foreign_currency_id": dollar.id, "amount_currency": -0.9})
        none = rent.browse()
        for query, found in {
            "100": rent,
            "-100": rent,
            "+100": none,
            "1.234,50": peeters,
            "1 234.50 EUR": peeters,
            "20..100": cafe | rent,
            "100..20": cafe | rent,
            "-150..-20": rent,
            ">100": peeters,
            ">=100": peeters | rent,
            "<-20": rent,
            "<20": fee,
            "..20": fee | cafe,
            "0.9": fee,
        }.items():
            with self.subTest(query):
                domain = [("ponto_amount_search", "ilike", query)]
                self.assertEqual(self.env[LINE].search(domain), found)
        self.assertEqual(self.search_view(">=100"), peeters | rent)
        self.assertEqual(self.search_view("1234,50"), peeters)
        no_amount = [("ponto_amount_search", "ilike", "Peeters")]
        self.assertFalse(self.env[LINE].search(no_amount))
        # A sign makes it an amount: no digits inside a number are meant.
        cafe.payment_ref = "Invoice 2100-1007"
        self.assertEqual(self.search_view("-100"), rent)
        self.assertFalse(self.search_view("+100"))
        self.assertEqual(self.search_view("\N{MINUS SIGN}100,00"), rent)
        self.assertLessEqual(rent | cafe, self.search_view("100"))
        self.assertEqual(self.search_view("-1007"), cafe.browse())

    def test_lines_from_elsewhere(self):
        """Community has no other door for a line by hand, or for a file of them."""
        account = self.peeters()
        journal = account.journal_id.with_user(self.manager)
        action = journal.action_ponto_open_lines()
        views = {kind: view for view, kind in action["views"]}
        lines = self.env[LINE].with_user(self.manager).with_context(**action["context"])
        with Form(lines, views["form"]) as form:
            form.date = "2026-01-05"
            form.payment_ref = "Bank costs by letter"
            form.amount = -7.5
        line = form.record
        self.assertEqual((line.journal_id, line.state), (journal, "posted"))
        self.assertFalse(line.ponto_transaction_ids)
        with Form(line, views["form"]) as form, self.assertRaises(AssertionError):
            form.amount = 8
        for kind in ("list", "form"):
            arch = etree.fromstring(lines.get_view(views[kind], kind)["arch"])
            self.assertEqual(arch.get("create"), "1")
        names = ["date", "payment_ref", "amount"]
        rows = [["2026-01-06", "From a file", "12.00"], ["2026-01-07", "Too", "-3.00"]]
        answer = lines.load(names, rows)
        self.assertEqual(len(answer["ids"] or []), 2, answer["messages"])
        self.assertEqual(lines.browse(answer["ids"]).journal_id, journal)

    def test_every_filter_and_group_works(self):
        account = self.peeters()
        view = self.env.ref(
            "account_ponto_sync.account_bank_statement_line_view_search"
        )
        arch = etree.fromstring(
            self.env[LINE].get_views([(view.id, "search")])["views"]["search"]["arch"]
        )
        found = {}
        with freeze_time("2026-03-10 12:00:00"):
            for node in arch.iter("filter"):
                if node.get("domain"):
                    domain = safe_eval(node.get("domain"))
                    lines = self.env[LINE].search(domain)
                    found[node.get("name")] = len(lines & self.lines(account))
                elif node.get("context"):
                    by = safe_eval(node.get("context"))["group_by"]
                    self.assertTrue(
                        self.env[LINE].formatted_read_group([], [by], ["amount:sum"])
                    )
        self.assertEqual(
            {name: count for name, count in found.items() if count},
            {
                "not_matched": 4,
                "no_statement": 4,
                "received": 2,
                "paid": 2,
                "last_month": 4,
            },
        )

    def test_back_dated_by_the_banks_own_moments(self):
        """The history of the first reading is not late, whatever it is dated."""
        at_once = {"createdAt": "2026-02-10T07:00:00.000Z"}
        with self.at("2026-02-10 08:00:00"):
            account = self.fetched(
                transaction(1, "2026-02-01", "-100.00", **at_once),
                transaction(2, "2026-02-02", "1234.50", **at_once),
                transaction(3, "2026-02-04", "20.00", **at_once),
            )
        late = self.env[LINE].search([("ponto_is_back_dated", "=", True)])
        self.assertFalse(late)
        with self.at("2026-02-12 08:00:00"):
            self.add_lines(
                transaction(5, "2026-02-02", "9.00"),
                *(transaction(n, "2026-02-12", f"{n}.00") for n in (6, 7, 8)),
            )
            account.fetch_transactions()
        late = self.env[LINE].search([("ponto_is_back_dated", "=", True)])
        self.assertEqual(late.mapped("amount"), [9.0])
        sandbox = "Sandbox: fictitious data"
        self.assertEqual(late.ponto_marks, f"{sandbox} · Back-dated")
        usual = self.lines(account) - late
        self.assertEqual(set(usual.mapped("ponto_marks")), {sandbox})
        self.assertEqual(
            self.env[LINE].search([("ponto_is_back_dated", "=", False)]) & usual, usual
        )
        # A line that came last, and is the first of its day.
        self.lines(account)[-1].sequence = 50
        # By date is the bank's order, so the balance runs from line to line.
        ordered = self.env[LINE].with_context(ponto_bank_order=True)
        mine = [("journal_id", "=", account.journal_id.id)]
        for direction in ("ASC", "DESC"):
            self.assertEqual(
                ordered.search(mine, order=f"date {direction}").ids,
                ordered.search(mine, order=f"internal_index {direction}").ids,
            )

    # === ONE LINE === #

    def test_all_that_the_bank_said(self):
        """P14: also what Ponto adds one day, as text and never as markup."""
        peeters = self.lines(self.peeters())[1]
        html = peeters.ponto_details
        for text in (
            "BE71 0961 2345 6769",
            "+++090/9337/55493+++",
            "E2E-8891-X",
            "PMNT-RCDT-ESCT",
            "Donneur : LE LOUBATAS<br",
            "Peeters &amp; Zonen &lt;b&gt;BV&lt;/b&gt;",
            "Executed on</th><td>02/02/2026",
            "Value date</th><td>02/02/2026",
            "Merchant category › Code</th><td>5411",
        ):
            self.assertIn(text, html)
        self.assertNotIn("<b>", html)
        peeters.transaction_details = {"coda": {"number": 7}, "ponto": {}}
        self.assertIn("Coda › Number</th><td>7", peeters.ponto_details)
        peeters.transaction_details = False
        self.assertFalse(peeters.ponto_details)

    def test_no_text_of_a_payer_keeps_a_line_from_opening(self):
        """What looks like a day or a moment and is none."""
        line = self.lines(self.peeters())[1].with_context(tz="America/New_York")
        for text in ("2026-02-31", "2026-13-01T25:00:00Z", "0001-01-01T00:00:00Z"):
            line.transaction_details = {"ponto": {"remittance_information": text}}
            self.assertIn("Communication", line.ponto_details)
            self.assertIn(text[:4], line.ponto_details)

    def test_matching_in_words_and_where_it_came_from(self):
        account = self.peeters()
        line = self.lines(account)[0]
        self.assertEqual(line.ponto_match_state, "not_matched")
        run = line.ponto_booked_run_id
        self.assertEqual(run, account.run_ids)
        fetched = self.env[LINE].search([("ponto_booked_run_ids", "in", run.ids)])
        self.assertEqual(
            fetched, self.lines(account).sorted("internal_index", reverse=True)
        )
        line.move_id.button_draft()
        self.assertEqual(line.ponto_match_state, "not_in_books")
        # As many as the card's link says, which counts what is posted.
        view = self.env.ref(
            "account_ponto_sync.account_bank_statement_line_view_search"
        )
        [wanted] = etree.fromstring(view.arch).xpath("//filter[@name='not_matched']")
        waiting = self.env[LINE].search(safe_eval(wanted.get("domain")))
        self.assertEqual(waiting & self.lines(account), self.lines(account) - line)

    # === COSTS === #

    def test_a_page_costs_the_same_whatever_the_journal_holds(self):
        days = [START + timedelta(days=n // 4) for n in range(400)]
        account = self.fetched(
            *(
                transaction(n, day, f"{n}.10", counterpartName=f"C{n}")
                for n, day in enumerate(days[:80], 1)
            )
        )
        self.page(
            account.journal_id.action_ponto_open_lines()
        )  # what is cached for all
        few, cost = self.page(account.journal_id.action_ponto_open_lines())
        self.assertEqual((few["length"], len(few["records"])), (80, 80))
        self.assertLessEqual(cost, 30)
        self.add_lines(
            *(
                transaction(n, day, f"{n}.10", counterpartName=f"C{n}")
                for n, day in enumerate(days[80:], 81)
            )
        )
        account.fetch_transactions()
        self.env[LINE].invalidate_model()
        many, same = self.page(account.journal_id.action_ponto_open_lines())
        self.assertEqual((many["length"], len(many["records"])), (400, 80))
        all_, big = self.page(account.journal_id.action_ponto_open_lines(), limit=400)
        self.assertEqual(len(all_["records"]), 400)
        self.assertEqual((same, big), (cost, cost))
        everything = self.env["account.journal"].action_ponto_open_lines()
        everything["domain"] = []
        _found, without_balance = self.page(everything)
        self.assertLessEqual(without_balance, cost)
        balances = [record["running_balance"] for record in many["records"]]
        self.assertAlmostEqual(balances[0], sum(n + 0.1 for n in range(1, 401)), 2)
        self.assertAlmostEqual(balances[0] - balances[1], 400.1, 2)


def rows_ref(line):
    """Ponto's id of a line."""
    return line.transaction_details["ponto"]["transaction"]


@tagged("post_install", "-at_install")
class TestBankCard(BankLineCase):
    """Nothing on a bank's card leads nowhere in plain Community (P49)."""

    def test_every_link_of_the_card_opens_something(self):
        account = self.linked_account()
        account.fetch_transactions()
        journal = account.journal_id.with_user(self.manager)
        view = self.env.ref("account.account_journal_dashboard_kanban_view")
        arch = journal.get_views([(view.id, "kanban")])["views"]["kanban"]["arch"]
        links = self.links(etree.fromstring(arch))
        self.assertGreater(len(links), 8, links)
        for name, context in sorted(links):
            with self.subTest(name, context=context):
                self.assert_opens(journal, name, safe_eval(context, {"id": journal.id}))

    def links(self, arch):
        """Methods behind the bank part of the card that open a screen."""
        asks = {
            "action_ponto_connect",
            "action_ponto_fetch",
            # Offered while a first fetch waits (test_preview.py).
            "action_ponto_open_preview",
            "action_ponto_reauthorize",
        }
        asks |= {"action_configure_bank_journal"}
        templates = arch.xpath(
            "//*[@t-name='JournalTop' or @t-name='JournalBodyBankCash' or "
            "@t-name='JournalChecks'] | //*[@id='bank_and_cash_container']"
        )
        found = set()
        for node in (
            node for part in templates for node in part.xpath(".//*[@type='object']")
        ):
            if "show_fetch" in node.get("context", ""):
                found.add((node.get("name"), "{}"))
            elif node.get("name") not in asks:
                found.add((node.get("name"), node.get("context") or "{}"))
        return found

    def assert_opens(self, journal, name, context):
        action = getattr(journal.with_context(**context), name)()
        model = journal.env[action["res_model"]].with_context(
            **_plain(action.get("context"))
        )
        views = action.get("views") or [
            (False, k) for k in action["view_mode"].split(",")
        ]
        model.get_views(views)
        kinds = [kind for _view, kind in views]
        self.assertTrue({"list", "form"} & set(kinds), kinds)
        domain = _plain(action.get("domain")) or []
        model.search(domain, limit=1)
        if action["res_model"] == LINE:
            self.assertEqual(model.search_count(domain), 12)
            self.assertTrue(action["help"])
        if action["res_model"] == "account.bank.statement":
            self.assertIn("The feed makes lines", str(action["help"]))
            self.assertIn(
                f"/{journal.ponto_online_account_ids.id}", str(action["help"])
            )
            self.assertIn("form", kinds)

    def test_statements_asked_for_and_other_journals(self):
        account = self.linked_account()
        journal = account.journal_id
        asked = journal.with_context(action_name="action_bank_statement_tree")
        self.assertEqual(asked.open_action()["res_model"], "account.bank.statement")
        for kind in ("cash", "credit", "bank"):
            other = self.make_journal(f"J{kind[:3]}", type=kind)
            with self.subTest(kind):
                self.assertEqual(other.open_action()["res_model"], LINE)
        sale = self.chart_journal("sale")
        self.assertEqual(sale.open_action()["res_model"], "account.move")
        core = other.with_context(action_name="action_bank_statement_tree")
        self.assertNotIn("The feed", str(core.open_action_with_context()["help"]))

    def test_a_fetch_opens_what_it_brought(self):
        account = self.linked_account()
        first = account.fetch_transactions()
        self.add_lines(transaction(50, "2026-02-20", "7.00"))
        second = account.fetch_transactions()
        nothing = account.fetch_transactions()
        for run, count in ((first, 12), (second, 1), (nothing, 13)):
            action = run.action_open_lines()
            wanted = action["context"].get("search_default_ponto_booked_run_ids")
            extra = [("ponto_booked_run_ids", "in", wanted)] if wanted else []
            self.assertEqual(
                self.env[LINE].search_count(action["domain"] + extra), count
            )
        held = self.env[LINE].with_context(default_journal_id=account.journal_id.id)
        self.assertEqual(
            held.action_ponto_open_held()["domain"],
            [("online_account_id", "=", account.id)],
        )
        self.assertEqual(
            self.env[LINE].action_ponto_open_held()["context"],
            {"search_default_held": 1},
        )

    def test_views_of_another_addon_win_in_its_actions(self):
        """Ours are named in our actions only; any other view has the better priority."""
        for kind in ("list", "form", "kanban", "search", "pivot", "graph"):
            arch = f"<{kind}><field name='payment_ref'/></{kind}>"
            if kind == "kanban":
                arch = "<kanban><templates><t t-name='card'><field name='id'/></t></templates></kanban>"
            other = self.env["ir.ui.view"].create(
                {"name": f"other {kind}", "model": LINE, "type": kind, "arch": arch}
            )
            self.assertEqual(self.env[LINE].get_view(view_type=kind)["id"], other.id)

    def test_one_entry_in_the_menus(self):
        names = ("menu_bank_transactions", "menu_bank_transactions_top")
        menus = [self.env.ref(f"account_ponto_sync.{name}") for name in names]
        for group, seen in {
            "account.group_account_manager": 1,
            "account.group_account_invoice": 1,
            "account.group_account_readonly": 0,
            "account.group_account_user": 0,
        }.items():
            user = new_test_user(self.env, f"menu_{group}", groups=group)
            loaded = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            ours = [menu for menu in menus if menu.id in loaded]
            self.assertEqual(ours, [menus[seen]], group)
        clerk = new_test_user(self.env, "menu_none", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env[LINE].with_user(clerk).action_ponto_open_held()


def _plain(value):
    return safe_eval(value, {"uid": 1}) if isinstance(value, str) else value or {}
