"""Erasing what is personal of one account, and what must outlive that.

What becomes of the account's lines is not for this addon to decide: they are accounting
records and stay. So does what keeps them from being booked again, as ids and digests,
unless somebody wants even that gone (``docs/adr/0015-removing-texts.md``).
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...mapping.number_digest import is_number_of_digest, number_digest
from ...tools import clock, units
from ...tools.own_company import check_own_company
from ...wording.moments import short_moment

# What Ponto says of the account and its holder.
PERSONAL = (
    "reference",
    "reference_type",
    "holder_name",
    "description",
    "product",
    "internal_reference",
    "balance",
    "balance_date",
    "available_balance",
)
# Of the machine's memory, and of what it told.
READING = ("walk_cursor", "walk_blank_counts", "problem_code", "problem_values")
OF_RUNS = (
    "customer_ip",
    "refresh_refs",
    "walk_cursor",
    "walk_cursors",
    "check_blank_counts",
    "recognize_place",
    "problem_values",
)
# What the sentence of a fetch is made of; none of it is of a payment.
KEPT_MESSAGE_VALUES = (
    "start",
    "oldest",
    "newest",
    "gap_until",
    "bank_data_at",
    "refresh",
    "problem",
)


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    erased_at = fields.Datetime(
        string="Erased on",
        readonly=True,
        copy=False,
        help="The time since which no personal data of the account is kept or read from "
        "Ponto.",
    )
    reference_digest = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="Identifies the account number under another ID, without revealing it.",
    )

    # === ACTION METHODS === #

    def action_erase(self):
        """Open the dialog that tells what goes and what stays."""
        self.ensure_one()
        self._check_may_erase()
        dialog = self.env["ponto.erase.account"].create({"account_id": self.id})
        return dialog._show_dialog()

    # === ERASING === #

    @api.private
    def erase(self, wholly=False):
        """Erase what is personal of an account that feeds no journal.

        :param wholly: also the account itself and the memory of what it brought
        :raise UserError: in words, with nothing changed
        """
        self.ensure_one()
        self._check_may_erase()
        refusal = self._erase_refusal() or (wholly and self._forget_refusal())
        if refusal:
            raise UserError(refusal)
        connection, values = self.connection_id, self._prepare_erase_remark()
        if wholly:
            self.sudo()._forget()
            body = self.env._(
                "An account at %(bank)s (%(currency)s) was erased with all data "
                "about its transactions. Lines are kept.",
                **values,
            )
        else:
            self.sudo()._erase_personal_data(self.env.uid)
            body = self.env._(
                "The personal data of an account at %(bank)s (%(currency)s) were "
                "erased. Lines are kept, and so is the data that prevents duplicates.",
                **values,
            )
        connection.message_post(body=body)

    def _check_may_erase(self):
        self.check_access("write")
        check_own_company(self)

    def _prepare_erase_remark(self):
        bank = self.provider_account_id.name or self.env._("an unknown bank")
        return {"bank": bank, "currency": self.currency_code or "?"}

    def _erase_refusal(self):
        """Why nothing can be erased now, in words; '' where it can."""
        self.ensure_one()
        if self.journal_id:
            return self.env._(
                "This account is linked to %(journal)s. Click Unlink from the "
                "journal first.",
                journal=self.journal_id.display_name,
            )
        is_free = units.try_lock(self.env, self._name, self.id)
        if not is_free or self.sudo()._open_run():
            return self.env._("A fetch is under way. Try again when it is done.")
        return ""

    def _forget_refusal(self):
        """Why the account cannot be erased with its memory, in words."""
        account = self.sudo().with_context(active_test=False)
        proofs = self.env["ponto.closing.proof"].sudo()
        if proofs.search_count([("online_account_id", "=", self.id)], limit=1):
            return self.env._(
                "A closing check was confirmed for this account. It must be kept: "
                "erase the personal data only."
            )
        follows = account.search_count([("predecessor_id", "=", self.id)], limit=1)
        aliases = account.transaction_ids.alias_ids.online_account_id - account
        if follows or aliases:
            return self.env._(
                "Another account continues this one and uses its history: erase the "
                "personal data only."
            )
        return ""

    def _erase_personal_data(self, user_id):
        """What is left: ids, days, amounts, currency, fingerprints, who decided."""
        rows = self.transaction_ids
        waiting = rows.filtered(lambda row: row.state in ("new", "planned", "held"))
        waiting.write(
            {
                "state": "ignored",
                "hold_code": False,
                "hold_values": False,
                "decided_by_id": user_id,
                "decided_at": clock.now(),
            }
        )
        rows._remove_texts()
        rows._remove_notes()
        self.pending_ids.unlink()
        self.balance_ids.unlink()
        self.run_ids._erase_values()
        number = self.reference
        vals = dict.fromkeys((*PERSONAL, *READING), False)
        vals["erased_at"] = clock.now()
        if number:
            vals["reference_digest"] = number_digest(number)
        self.write(vals)

    def _forget(self):
        self.transaction_ids._remove_details_of_lines(())
        self.transaction_ids.unlink()
        self.unlink()

    # === WHAT LASTS === #

    def _has_number(self, number):
        """Whether it has this account number, or had it before it was erased.

        :param number: without spaces, in capitals
        """
        self.ensure_one()
        digest = self.sudo().reference_digest
        return bool(digest) and is_number_of_digest(number, digest)

    def _forget_erasure(self):
        """An erased account that is linked again takes its data from Ponto again."""
        if self.erased_at:
            self.sudo().write({"erased_at": False, "reference_digest": False})

    def _without_erased(self, vals):
        """The values of Ponto's list less the personal ones, where they were erased."""
        if not self.erased_at:
            return vals
        dropped = {name: None for name in ("balance", "available_balance")}
        return {k: v for k, v in vals.items() if k not in PERSONAL} | dropped

    def _get_erased_sentence(self):
        return self.env._(
            "Personal data erased on %s. Ponto still shares this account: to read it "
            "again, choose a journal with Fetch Accounts; to stop sharing it, untick "
            "it at Ponto.",
            short_moment(self.env, self.erased_at),
        )
