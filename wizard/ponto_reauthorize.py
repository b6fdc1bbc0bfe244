import logging
import secrets
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from ..ponto_client import OutOfTime, RateLimited
from ..tools import clock
from ..tools.back_off import is_told_pause
from ..tools.clients import open_client
from ..tools.problem_codes import TROUBLES, problem_of
from ..tools.website import is_safe_page, renewal_url
from ..wording.moments import short_day
from ..wording.problems import problem_text, who_renews

_logger = logging.getLogger(__name__)

# How long a click may hold a worker: for a link that the dashboard replaces, and for
# the account list, which the schedule reads as well.
LINK_PATIENCE = 2.8  # seconds
LIST_PATIENCE = 8.0  # seconds
# Whoever does not come back within this time begins again.
RETURN_LASTS = timedelta(days=1)


class PontoReauthorize(models.TransientModel):
    """Renew a bank's permission at Ponto, and have Odoo look at once.

    Opening it, going to Ponto and turning back change nothing.
    """

    _name = "ponto.reauthorize"
    _inherit = "ponto.reference.mixin"
    _description = "Re-authorize"

    provider_account_id = fields.Many2one(
        "ponto.provider.account",
        string="Institution",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    account_id = fields.Many2one(
        "ponto.online.account",
        readonly=True,
        ondelete="cascade",
        help="The account from which the dialog was opened; one bank login renews all "
        "accounts of the bank.",
    )
    account_ids = fields.Many2many(
        "ponto.online.account", compute="_compute_account_ids", string="Accounts"
    )
    renewal_contact_id = fields.Many2one(
        related="provider_account_id.renewal_contact_id", related_sudo=False
    )
    state_message = fields.Char(compute="_compute_state_message")
    who = fields.Char(string="Renewal instructions", compute="_compute_who")
    link = fields.Char(compute="_compute_link")
    dates_before = fields.Json(
        readonly=True,
        help="Begin and end of each account's authorization when this was opened.",
    )
    result_code = fields.Char(readonly=True)
    result_values = fields.Json(readonly=True)
    result = fields.Char(compute="_compute_result")
    # Whoever comes back must bring what was given along; good for one return.
    return_state = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        default=lambda self: secrets.token_urlsafe(24),
    )

    # === COMPUTE METHODS === #

    @api.depends("provider_account_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for dialog in self:
            dialog.display_name = self.env._(
                "Re-authorize %s", dialog.provider_account_id.name or ""
            )

    @api.depends("provider_account_id")
    def _compute_account_ids(self):
        for dialog in self:
            dialog.account_ids = dialog.provider_account_id._listed_accounts()

    @api.depends("provider_account_id.state_message")
    @api.depends_context("lang", "tz", "uid")
    def _compute_state_message(self):
        """Without who renews it: that is the first step below."""
        who = who_renews(self.env)
        for dialog in self:
            message = dialog.provider_account_id.state_message or ""
            dialog.state_message = " ".join(message.replace(who, "").split())

    @api.depends("provider_account_id")
    @api.depends_context("lang")
    def _compute_who(self):
        for dialog in self:
            dialog.who = who_renews(self.env)

    def _compute_link(self):
        for dialog in self:
            known = isinstance(dialog.id, int)
            dialog.link = known and f"/ponto/reauthorize/{dialog.id}"

    @api.depends("result_code", "result_values", "provider_account_id")
    @api.depends_context("lang", "tz", "uid")
    def _compute_result(self):
        for dialog in self:
            dialog.result = dialog._get_result()

    def _get_result(self):
        self.ensure_one()
        if not self.result_code:
            return False
        if self.result_code == "slow":
            return self.env._(
                "Ponto answers slowly at the moment. Nothing was changed; Odoo "
                "checks automatically within the hour and then fetches the missing "
                "transactions."
            )
        if self.result_code != "unchanged":
            return problem_text(self.env, self.result_code, self.result_values)
        institution = self.provider_account_id
        ends = institution.authorization_expires_at
        if not ends:
            return self.env._(
                "Ponto shows no date for %s yet. It may take a minute after the "
                "renewal; then check again.",
                institution.name,
            )
        day = short_day(self.env, institution._day_of(ends))
        if ends <= clock.now():
            return self.env._(
                "Ponto still shows that the permission of %(bank)s ended on %(day)s. "
                "Finish the renewal at Ponto, then check again; nothing was changed.",
                bank=institution.name,
                day=day,
            )
        return self.env._(
            "Ponto still shows %(day)s as the end date of %(bank)s. It may take a "
            "minute after the renewal; then check again. Nothing was changed.",
            bank=institution.name,
            day=day,
        )

    # === THE WAY TO PONTO AND BACK === #

    @api.private
    def _get_page(self):
        """Where this person renews: a link that leads to the bank, where Ponto makes
        such links; else Ponto's dashboard."""
        self.ensure_one()
        self.provider_account_id.check_access("read")
        self._check_may_renew()
        institution = self.provider_account_id.sudo()
        connection = institution.connection_id
        return self._request_page(connection) or renewal_url(
            connection.api_url, institution.institution_ref
        )

    def _request_page(self, connection):
        """The link of a reauthorization request; '' where there is none to be had.

        Writes nothing in this transaction, so that no retry of it asks twice.
        """
        account = (self.account_id & self.account_ids or self.account_ids[:1]).sudo()
        state = self.sudo().return_state
        if not account or not state or connection._obstacle() or _pause_of(connection):
            return ""
        back = f"{self.get_base_url()}/ponto/reauthorized?state={state}"
        deadline = time.monotonic() + LINK_PATIENCE
        try:
            with open_client(self.env, connection.id, deadline) as client:
                if not client.offers_reauthorization_requests():
                    return ""
                answer = client.request_reauthorization(account.ponto_ref, back)
        except TROUBLES as error:
            # The dashboard does as well.
            if isinstance(error, RateLimited):
                trouble = problem_of(error)
                connection._in_unit(lambda one: one._note_list_failure(*trouble))
            _logger.info("No reauthorization request: %s", problem_of(error)[0])
            return ""
        page = answer.redirect_url
        return page if is_safe_page(connection.api_url, page) else ""

    @api.model
    @api.private
    def _take_state(self, state):
        """The dialog that a person comes back to; empty for a foreign or old state, and
        for a company that is not the person's any more."""
        mine = self.search(
            [
                ("create_uid", "=", self.env.uid),
                ("create_date", ">", clock.now() - RETURN_LASTS),
            ]
        ).sudo()
        given = state.encode(errors="replace")
        for dialog in mine.filtered("return_state"):
            if consteq(dialog.return_state.encode(), given):
                dialog.write({"return_state": False, "result_code": False})
                return self.browse(dialog.id)
        return self.browse()

    @api.model
    @api.private
    def _get_refused_text(self):
        return self.env._(
            "This link belongs to a finished renewal, or to another user's. Nothing "
            "was changed. Open Re-authorize again from the bank's card."
        )

    def _check_may_renew(self):
        self.env["ponto.online.account"]._check_may_fetch()

    # === CHECK NOW === #

    def action_check(self):
        """Read what Ponto shows now; where it is renewed, fetch the whole gap.

        :return: the new date and the fetch that began, or this dialog with a sentence
        """
        self.ensure_one()
        self.check_access("write")
        self._check_may_renew()
        self.provider_account_id.check_access("read")
        accounts = self.provider_account_id._listed_accounts()
        before = accounts._read_authorizations()
        # What the schedule read since this was opened is news as well.
        before |= self._read_dates_before()
        problem = self._read_accounts()
        if problem:
            return self._show(*problem)
        accounts.invalidate_recordset()
        renewed = accounts.filtered(
            lambda account: account._is_renewed_since(before[account.id])
        )
        if not renewed:
            return self._show("unchanged")
        return self._tell_and_fetch(renewed)

    def _read_accounts(self):
        """Apply Ponto's account list.

        :return: code and values of what went wrong. Nothing is changed then, but a
            pause that Ponto asks for is kept, as the schedule keeps it
        """
        connection = self.provider_account_id.connection_id.sudo()
        pause = _pause_of(connection)
        if pause:
            return "rate_limited", pause
        try:
            connection._refresh_accounts(time.monotonic() + LIST_PATIENCE)
        except OutOfTime:
            self.env["ponto.connection"]._trigger_fetch()
            return "slow", None
        except RateLimited as error:
            connection._note_list_failure(*problem_of(error))
            return "rate_limited", connection.problem_values
        except TROUBLES as error:
            return problem_of(error)
        return None

    def _read_dates_before(self):
        """As :meth:`_read_authorizations` told when this was opened; of accounts that
        are still listed."""
        to_moment = fields.Datetime.to_datetime
        known = set(self.account_ids.ids)
        return {
            int(account_id): tuple(to_moment(moment) for moment in moments)
            for account_id, moments in (self.dates_before or {}).items()
            if int(account_id) in known
        }

    def _show(self, code, values=None):
        self.write({"result_code": code, "result_values": values or False})
        return self._open()

    def _tell_and_fetch(self, renewed):
        """Say until when it lasts now, and show the fetch that fills the gap."""
        institution = self.provider_account_id
        ends = min(
            filter(None, renewed.mapped("authorization_expires_at")), default=False
        )
        message = (
            self.env._(
                "%(bank)s: authorized until %(day)s.",
                bank=institution.name,
                day=short_day(self.env, institution._day_of(ends)),
            )
            if ends
            else self.env._("%s: authorized again.", institution.name)
        )
        next_action = {"type": "ir.actions.act_window_close"}
        fed = renewed.filtered(
            lambda account: account.journal_id and not account._fetch_refusal()
        )
        if fed:
            next_action = fed.sudo()._request_runs(attended=True)._progress_action()
            next_action["name"] = self.env._("Fetch transactions")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Re-authorized"),
                "message": message,
                "next": next_action,
            },
        }

    # === OPENING === #

    @api.model
    @api.private
    def _begin(self, provider_account, account=None):
        """Open the dialog for an institution.

        :raise UserError: for whoever may not renew, or where there is no institution
        """
        provider_account.check_access("read")
        self._check_may_renew()
        if not provider_account:
            raise UserError(
                self.env._(
                    "The account belongs to no institution yet: use Fetch Accounts."
                )
            )
        to_text = fields.Datetime.to_string
        dates = provider_account._listed_accounts()._read_authorizations()
        vals = {
            "provider_account_id": provider_account.id,
            "dates_before": {
                account_id: [to_text(moment) for moment in moments]
                for account_id, moments in dates.items()
            },
        }
        if account:
            vals["account_id"] = account.id
        return self.create(vals)._open()

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Re-authorize"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


def _pause_of(connection):
    """``{"retry_at"}`` of a pause that Ponto itself asked for; {} where there is none."""
    until = connection.retry_at
    if not is_told_pause(connection) or not until or until <= clock.now():
        return {}
    return {"retry_at": fields.Datetime.to_string(until)}
