"""Reading what an integration may see: institutions and accounts."""

import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ...mapping.account import estimate_authorization_end, prepare_account_vals
from ...mapping.dates import today_in
from ...mapping.institution import prepare_institution_vals
from ...ponto_client import NotFound, OutOfTime, ResponseFormatError
from ...tools import units
from ...tools.clients import client_of
from ...tools.problem_codes import TROUBLES, problem_of
from ...wording.problems import problem_text

_logger = logging.getLogger(__name__)

# How often a moved account is read before the next move is waited for.
READS_PER_MOVE = 4


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    def fetch_accounts(self):
        """Read all accounts the integration may see, on all pages, at all banks.

        Creates and updates institutions and accounts and unlinks nothing; an
        account that Ponto no longer lists is marked as revoked and keeps its history.

        :return: the ``ponto.online.account`` records that Ponto lists now
        :raise UserError: in words, when Ponto cannot be read
        """
        self.check_access("write")
        accounts = self.env["ponto.online.account"]
        for connection in self:
            accounts |= connection._refresh_accounts_or_explain()
        return accounts

    @api.private
    def _refresh_accounts_or_explain(self):
        try:
            return self._refresh_accounts()
        except TROUBLES as error:
            raise UserError(problem_text(self.env, *problem_of(error))) from None

    @api.private
    def _refresh_accounts(self, deadline=None):
        """One reading of the account list, applied to our records.

        :param deadline: of ``time.monotonic()``: nothing is awaited longer
        :return: the listed accounts
        :raise PontoError: nothing is changed then
        """
        self.ensure_one()
        with client_of(self, deadline=deadline) as client:
            listing = read_listing(client, self._known_institution_refs())
        worker = self.with_env(units.plain_superuser(self.env))
        accounts = worker._apply_listing(*listing)
        self.invalidate_recordset()
        return self.env["ponto.online.account"].browse(accounts.ids)

    def _known_institution_refs(self):
        """Institutions whose details need not be asked for again."""
        known = self._fetch_institutions("institution_ref", "details_read_at")
        known = known.filtered(lambda institution: not institution._is_outdated())
        return set(known.mapped("institution_ref"))

    def _fetch_institutions(self, *names):
        """One statement for what an hourly run without news looks at."""
        return self.env["ponto.provider.account"].search_fetch(
            [("connection_id", "in", self.ids)], names
        )

    def _apply_listing(self, remote_accounts, remote_institutions, is_whole=True):
        """Bring our institutions and accounts in line with what Ponto lists.

        :param is_whole: whether every entry could be read: else what is missing may
            be the one that could not
        :return: the listed accounts
        """
        self.ensure_one()
        if self.disconnected_at:
            # The list was asked for before a person disconnected.
            return self.env["ponto.online.account"]
        institutions = self._apply_institutions(remote_institutions)
        accounts = self._apply_accounts(remote_accounts, institutions)
        gone = self.with_context(active_test=False).online_account_ids - accounts
        if is_whole:
            gone.filtered(lambda account: not account.revoked_at)._mark_revoked()
        self._note_success()
        return accounts

    def _apply_institutions(self, remote_institutions):
        """Create the institutions that are new, complete the ones we only know by id.

        :return: ``{institution_ref: ponto.provider.account}``
        """
        institutions = self._fetch_institutions(
            "institution_ref", "authorization_lifetime_days", "time_zone"
        )
        known = {one.institution_ref: one for one in institutions}
        for ref, remote in remote_institutions.items():
            vals = prepare_institution_vals(remote) if remote else {}
            known[ref] = self._apply_institution(known.get(ref), ref, vals)
        return known

    def _apply_institution(self, institution, ref, vals):
        institutions = self.env["ponto.provider.account"]
        if vals:
            vals = institutions._prepare_from_institution(vals)
        elif not institution:
            # Ponto lists an account of it but does not know it by name any more.
            vals = {"institution_ref": ref, "name": self.env._("Institution %s", ref)}
        if institution:
            institution.write(vals)
            return institution
        with units.created_once(self.env):
            return institutions.create({**vals, "connection_id": self.id})

    def _apply_accounts(self, remote_accounts, institutions):
        accounts = self.env["ponto.online.account"]
        known = {
            account.ponto_ref: account
            for account in self.with_context(active_test=False).online_account_ids
        }
        for remote in remote_accounts:
            vals = prepare_account_vals(remote)
            institution = institutions.get(vals.pop("institution_ref"))
            account = known.get(vals["ponto_ref"])
            accounts |= self._apply_account(account, vals, institution)
        return accounts

    def _apply_account(self, account, vals, institution):
        model = self.env["ponto.online.account"]
        seen = {
            "listed_synchronized_at": vals.pop("synchronized_at"),
            "listed_synchronization_ref": vals.pop("synchronization_ref"),
        }
        vals = (account or model)._prepare_from_account(vals)
        vals.update(revoked_at=False)
        at = institution or (account and account.provider_account_id)
        vals.update(authorization_vals(vals, at))
        vals.update(balance_day_vals(vals, at))
        vals.update(balance_silence_vals(vals, account))
        if account and account.revoked_at:
            vals["reads_left"] = READS_PER_MOVE
        if institution:
            vals["provider_account_id"] = institution.id
        if account:
            vals = changed_vals(account, vals)
            if vals:
                account.write(vals)
        else:
            with units.created_once(self.env):
                account = model.create({**vals, "connection_id": self.id})
        account._note_listing(seen)
        if {"balance", "balance_date", "balance_date_estimated"} & vals.keys():
            account._record_balance()
        return account


def read_listing(client, known_institution_refs):
    """What Ponto lists for an integration; only network, nothing of the database.

    Where time is over before all institutions were asked for, the others follow with
    the next listing: until then they are known by their id alone.

    :param known_institution_refs: institutions whose details are not asked for
    :return: the accounts, ``{ref: FinancialInstitution or None}`` of the others, and
        whether every account could be read
    :raise PontoError: when Ponto cannot be read
    """
    unreadable = []
    accounts = list(client.accounts(unreadable=unreadable))
    for problem in unreadable:
        _logger.info("An account in Ponto's list was left out: %s", problem)
    refs = {account.financial_institution_id for account in accounts} - {None}
    institutions = {}
    for ref in sorted(refs - known_institution_refs):
        try:
            institutions[ref] = client.financial_institution(ref)
        except (NotFound, OutOfTime, ResponseFormatError):
            institutions[ref] = None
    return accounts, institutions, not unreadable


def authorization_vals(vals, institution):
    """When the bank's authorization ends; estimated where Ponto does not tell, and not
    where it tells that there is no end.

    :param vals: of the account: ``authorized_at``, ``authorization_expires_at``, and
        ``authorization_has_no_end``, which is taken out
    :param institution: its institution, or none
    """
    has_no_end = vals.pop("authorization_has_no_end", False)
    if vals["authorization_expires_at"]:
        return {"authorization_estimated": False}
    if has_no_end:
        return {"authorization_expires_at": False, "authorization_estimated": False}
    days = institution.authorization_lifetime_days if institution else None
    estimate = estimate_authorization_end(vals["authorized_at"], days)
    return {
        "authorization_expires_at": estimate,
        "authorization_estimated": bool(estimate),
    }


def balance_day_vals(vals, institution):
    """The day to which the bank's balance belongs. Where the bank tells none, the day
    (where the bank is) on which Ponto saw the balance: an estimate.

    :param vals: of the account: ``balance_date`` and ``balance_seen_at``, which is
        taken out; neither where the account's data were erased
    :param institution: its institution, or none
    """
    seen_at = vals.pop("balance_seen_at", None)
    if "balance_date" not in vals:
        return {}
    if "balance" not in vals:
        # The last one that the bank told stays, with the day to which it belongs.
        del vals["balance_date"]
        return {}
    if vals["balance_date"] or not seen_at:
        return {"balance_date_estimated": False}
    zone = institution.time_zone if institution else None
    return {
        "balance_date": today_in(zone or None, seen_at),
        "balance_date_estimated": True,
    }


def balance_silence_vals(vals, account):
    """Since when the bank has told no balance, where it had told one.

    :param vals: of the account: without ``balance`` where the bank tells none
    """
    if "balance" in vals or not account or not account.is_balance_known:
        return {"balance_last_heard_at": False}
    heard_at = account.balance_last_heard_at or account.listed_synchronized_at
    return {"balance_last_heard_at": heard_at}


def changed_vals(record, vals):
    """The part of the vals that differs from the record: a quiet run writes nothing."""
    changed = {}
    for name, value in vals.items():
        field = record._fields[name]
        current = record[name]
        if field.type == "many2one":
            same = current.id == (value or False)
        elif field.type in ("float", "monetary"):
            same = float_compare(current or 0.0, value or 0.0, precision_digits=6) == 0
        else:
            same = (current or False) == (value or False)
        if not same:
            changed[name] = value
    return changed
