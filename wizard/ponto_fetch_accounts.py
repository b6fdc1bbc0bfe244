from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..models.common.ponto_dialog_mixin import answered_here
from ..rules.account_face import would_double
from ..rules.holder import shares_a_word
from ..tools.problem_codes import NEEDS_CREDENTIALS, TROUBLES, problem_of
from ..wording.problems import problem_text


class PontoFetchAccounts(models.TransientModel):
    """Accounts, credentials and synchronization settings in one place.

    Shows every account that the integration may see, by institution. Linked ones come
    as *keep* and are never touched here: leaving a line out never unlinks it.
    """

    _name = "ponto.fetch.accounts"
    _inherit = "ponto.dialog.mixin"
    _description = "Fetch Accounts"

    connection_id = fields.Many2one("ponto.connection", required=True, readonly=True)
    company_id = fields.Many2one(related="connection_id.company_id", related_sudo=False)
    provider_account_id = fields.Many2one(
        "ponto.provider.account",
        readonly=True,
        help="The institution from which the dialog was opened.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        readonly=True,
        help="The journal from which the dialog was opened.",
    )
    line_ids = fields.One2many("ponto.fetch.accounts.line", "wizard_id")
    auto_sync = fields.Boolean(
        string="Fetch automatically",
        default=True,
        help="Applies to the accounts you link now.",
    )
    date_field = fields.Selection(
        [("execution", "Execution date"), ("value", "Value date")],
        string="Date of a line",
        default="execution",
        required=True,
        help="Applies to the accounts you link now.",
    )
    client_id_hint = fields.Char(
        related="connection_id.client_id_hint", related_sudo=False
    )
    connection_state = fields.Selection(
        related="connection_id.state", related_sudo=False
    )
    environment = fields.Selection(
        related="connection_id.environment", related_sudo=False
    )
    payments_notice = fields.Char(
        related="connection_id.payments_notice", related_sudo=False
    )
    is_first = fields.Boolean(
        compute="_compute_is_first",
        help="Whether no account of the integration is linked to a journal yet.",
    )
    connected_notice = fields.Char(
        compute="_compute_is_first", help="Result of a first connection with Ponto."
    )
    missing_notice = fields.Text(compute="_compute_notices")
    no_account_notice = fields.Text(compute="_compute_notices")
    elsewhere_notice = fields.Text(compute="_compute_notices")

    # === OPENING === #

    @api.model
    @api.private
    def _open(self, connection, provider_account=None, journal=None, read=True):
        """Read Ponto's account list and open the dialog on it; where the credentials do
        not serve, the one that replaces them.

        :param read: False where the list was read a moment ago
        :raise UserError: in words, when Ponto cannot be read
        """
        connection.check_access("write")
        problem = read and self._read_list(connection)
        if problem:
            assistant = self.env["ponto.connect"]
            return assistant._ask_credentials(connection, problem, journal)
        wizard = self.create(
            {
                "connection_id": connection.id,
                "provider_account_id": provider_account and provider_account.id,
                "journal_id": journal and journal.id,
            }
        )
        return wizard._show_dialog()

    def _get_title(self):
        return self.env._("Fetch Accounts")

    def _read_list(self, connection):
        """:return: what is wrong with the credentials, in words; '' where they serve
        :raise UserError: in words, for any other trouble
        """
        try:
            connection._refresh_accounts()
        except TROUBLES as error:
            code, values = problem_of(error)
            text = problem_text(self.env, code, values)
            if code not in NEEDS_CREDENTIALS:
                raise UserError(text) from None
            connection._note_problem(code, values)
            return text
        return ""

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            if not wizard.line_ids:
                wizard.line_ids = [
                    fields.Command.create(vals) for vals in wizard._prepare_lines()
                ]
        return wizards

    # === PROPOSALS === #

    def _offered_accounts(self):
        """What this company may link: an account that feeds another company is not
        offered."""
        return self.connection_id.online_account_ids.filtered(
            lambda account: (
                not account.revoked_at and not account._fed_in_another_company()
            )
        )

    def _prepare_lines(self):
        self.ensure_one()
        accounts = self._offered_accounts().sorted(
            lambda account: (
                account.provider_account_id != self.provider_account_id,
                account.provider_account_id.name or "",
                account.reference or "",
                account.currency_code or "",
            )
        )
        proposals = self._propose_journals(accounts)
        vals_list = [
            self._prepare_line(account, proposals.get(account)) for account in accounts
        ]
        self._untick_doubles(vals_list)
        return vals_list

    def _untick_doubles(self, vals_list):
        """Of accounts of which nothing is fed yet and that may be one, one is ticked:
        that with a journal, or that was linked before."""
        accounts = self.env["ponto.online.account"]
        ticked = [vals for vals in vals_list if vals["action"] in ("link", "create")]
        faces = []
        for vals in sorted(
            ticked,
            key=lambda vals: (
                vals["action"] == "create",
                not accounts.browse(vals["online_account_id"]).linked_at,
            ),
        ):
            face = accounts.browse(vals["online_account_id"])._face()
            if any(would_double(face, other) for other in faces):
                vals.update(action="skip", doubt_code="listed_twice")
            else:
                faces.append(face)

    def _propose_journals(self, accounts):
        """A journal by number and currency; one journal is proposed once."""
        free = accounts.filtered(lambda account: not account.journal_id)
        journals = accounts[:1]._candidate_journals() if accounts else None
        proposals, taken = {}, self.env["account.journal"]
        for account in free:
            journal = account._propose_journal(journals - taken)
            journal = journal or self._propose_alike(account, journals - taken)
            if journal:
                proposals[account] = journal
                taken |= journal
        origin = self.journal_id - taken
        if origin and not origin.bank_account_id:
            # A journal without a number, opened from its card: its one possible account.
            fitting = free.filtered(
                lambda account: (
                    account not in proposals and not account._journal_refusal(origin)
                )
            )
            if len(fitting) == 1:
                proposals[fitting] = origin
        return proposals

    def _propose_alike(self, account, journals):
        """The journal of the one account that is not listed any more and that this one
        looks like; a person ticks it."""
        alike = account._search_alike()
        journal = alike._latest_journal() if len(alike) == 1 else journals.browse()
        return journal.filtered(
            lambda one: one in journals and not account._journal_refusal(one)
        )

    def _prepare_line(self, account, journal):
        vals = {"online_account_id": account.id}
        if account.journal_id:
            return {
                **vals,
                "action": "keep",
                "journal_id": account.journal_id.id,
                "sync_start_date": account.sync_start_date,
            }
        doubt = self._doubt_code(account)
        if doubt:
            action = "skip"
        else:
            action = "link" if journal else "create"
        return {
            **vals,
            "action": action,
            "doubt_code": doubt,
            "journal_id": journal.id if journal else False,
            "sync_start_date": account._propose_start_date(journal),
        }

    def _doubt_code(self, account):
        """Why an account comes unticked; False where nothing speaks against it."""
        doubled = account._search_doubled()[:1]
        if doubled and doubled.company_id == self.company_id:
            return "already_fed"
        if doubled or account._number_of_another_company():
            return "other_company"
        if not account._search_predecessor() and account._search_alike():
            return "looks_alike"
        holder = account.holder_name
        if holder and not shares_a_word(holder, self.company_id.name):
            return "other_holder"
        if not account.currency_id.active:
            return "inactive_currency"
        return False

    # === NOTICES === #

    @api.depends("connection_id")
    @api.depends_context("lang")
    def _compute_is_first(self):
        for wizard in self:
            accounts = wizard.connection_id.online_account_ids
            wizard.is_first = not accounts.filtered("journal_id")
            wizard.connected_notice = wizard.is_first and wizard._get_connected_text()

    def _get_connected_text(self):
        listed = self.connection_id.online_account_ids.filtered(
            lambda account: not account.revoked_at
        )
        if not listed:
            return False
        accounts, banks = len(listed), len(listed.provider_account_id)
        if accounts == 1:
            return self.env._("Connected: 1 account at 1 bank.")
        if banks == 1:
            return self.env._(
                "Connected: %(count)s accounts at 1 bank.", count=accounts
            )
        return self.env._(
            "Connected: %(accounts)s accounts at %(banks)s banks.",
            accounts=accounts,
            banks=banks,
        )

    @api.depends("connection_id", "provider_account_id", "line_ids")
    @api.depends_context("lang")
    def _compute_notices(self):
        for wizard in self:
            accounts = wizard.connection_id.online_account_ids
            gone = accounts.filtered(lambda a: a.revoked_at and a.journal_id)
            elsewhere = accounts.filtered(lambda a: a._fed_in_another_company())
            wizard.missing_notice = wizard._missing_text(gone)
            wizard.elsewhere_notice = wizard._elsewhere_text(elsewhere)
            wizard.no_account_notice = wizard._no_account_text()

    def _missing_text(self, gone):
        return bool(gone) and self.env._(
            "Ponto no longer shares %(accounts)s with this integration: no new "
            "transactions arrive. Imported data is kept. Tick the account again in "
            "the integration at Ponto, or do nothing if it is closed.",
            accounts=format_list(self.env, gone.mapped("display_name")),
        )

    def _elsewhere_text(self, elsewhere):
        return bool(elsewhere) and self.env._(
            "%(count)s accounts of this integration belong to another company's "
            "journals and are not offered here.",
            count=len(elsewhere),
        )

    def _no_account_text(self):
        institution = self.provider_account_id
        if not self.connection_id.online_account_ids.filtered(
            lambda a: not a.revoked_at
        ):
            return self.env._(
                "This integration shares no account yet. At Ponto: add the accounts "
                "under Accounts and let the bank authorize them, then open the "
                "integration and tick them. Come back and click Fetch Accounts."
            )
        if institution and not institution._listed_accounts():
            return self.env._(
                "No account of %(bank)s is authorized for this integration. At Ponto: "
                "add the bank's accounts under Accounts, let the bank authorize them, "
                "tick them in the integration, then click Fetch Accounts again. The "
                "accounts below are at other banks.",
                bank=institution.name,
            )
        return False

    # === ACTION METHODS === #

    def action_replace_credentials(self):
        self.ensure_one()
        return self.connection_id.action_replace_credentials()

    @answered_here
    def action_confirm(self):
        """Link what is ticked and start the first fetch.

        All lines are checked first: where one is refused nothing is linked.

        :return: the client action that shows progress and result
        :raise UserError: one sentence per refused line
        """
        accounts = self._link_chosen()
        if not accounts:
            return {"type": "ir.actions.act_window_close"}
        return accounts.sudo()._request_runs(attended=False)._progress_action()

    @answered_here
    def action_preview(self):
        """Link what is ticked and read it; nothing is booked before it is confirmed.

        :return: the client action that shows the reading, and then the preview
        :raise UserError: one sentence per refused line
        """
        accounts = self._link_chosen()
        if not accounts:
            raise UserError(self.env._("Tick the accounts that you want to see."))
        return accounts.request_previews()._progress_action()

    def _link_chosen(self):
        """:return: the accounts that were ticked and feed their journals now"""
        self.ensure_one()
        self.connection_id.check_access("write")
        chosen = self.line_ids.filtered(lambda line: line.action in ("link", "create"))
        problems = chosen._problems()
        if problems:
            raise UserError("\n".join(problems))
        for line in chosen:
            line._apply()
        return chosen.online_account_id
