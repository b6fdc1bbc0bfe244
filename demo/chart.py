"""Which account and which tax the words of the story stand for."""

from odoo import Command

LEDGERS = {
    "receivable": "a400",
    "payable": "a440",
    "transfer": "a58",
    "cash": "a570",
    "pay_out_fees": "a657200",
    "bank_fees": "a657200",
    "card_purchases": "a601",
    "fuel": "a612903",
    "net_wages": "a455",
    "withholding_tax": "a453",
    "social_security": "a454",
    "vat": "a4512",
    "loan": "a1730",
    "interest": "a6500",
    # these occur in entries only
    "sales": "a7000",
    "wages": "a6203",
    "director": "a618",
    "employer": "a621",
    "ovens": "a230000",
    "ovens_written_off": "a230009",
    "depreciation": "a6302",
    "capital": "a1119",
    "brought_forward": "a140",
    "exchange": "a654",
}
#: account and tax of what is sold or bought
USES = {
    "bread": ("a7000", "attn_VAT-OUT-06-L"),
    "export": ("a7007", "attn_VAT-OUT-00-ROW"),
    "flour": ("a600", "attn_VAT-IN-V81-06"),
    "packaging": ("a601", "attn_VAT-IN-V81-21"),
    "rent": ("a6100", "attn_VAT-IN-V82-00-S"),
    "energy": ("a6125", "attn_VAT-IN-V82-21-S"),
    "internet": ("a6162", "attn_VAT-IN-V82-21-S"),
    "repairs": ("a6110", "attn_VAT-IN-V82-21-S"),
    # The bakery owes the tax of these itself, and deducts it.
    "eu_goods": ("a600", "attn_VAT-IN-V81-06-EU"),
    "eu_tools": ("a6122", "attn_VAT-IN-V82-21-EU-G"),
    # With a licence for deferred payment: the customs do not collect the tax.
    "import_goods": ("a600", "attn_VAT-IN-V81-06-ROW-CC"),
}
#: what the taxes of these uses are booked on; it is settled every month
TAX_ACCOUNTS = ("a451", "a451055", "a451057", "a411")


class Chart:
    """The Belgian chart of accounts of a company."""

    def __init__(self, env):
        self.template = env["account.chart.template"].with_company(env.company)
        self._accounts = {
            ledger: self.template.ref(name) for ledger, name in LEDGERS.items()
        }
        self._accounts["takings"] = self._make_clearing_account(
            env, "581000", "Takings on their way from the terminals"
        )
        self._accounts["outstanding"] = self._make_clearing_account(
            env, "582000", "Outstanding receipts"
        )

    def account(self, ledger):
        """The account of a word of the story."""
        return self._accounts[ledger]

    def use(self, use):
        """Account and tax of what an invoice or bill is for."""
        account, tax = (self.template.ref(name) for name in USES[use])
        tax.active = True
        return account, tax

    def _make_clearing_account(self, env, code, name):
        return env["account.account"].create(
            {
                "code": code,
                "name": name,
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(env.company.ids)],
            }
        )
