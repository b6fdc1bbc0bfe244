"""The one activity that a person has about a bank, whatever there is to tell of it."""

from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_datetime

from ...wording.moments import format_date
from ..connection.ponto_connection_alerts import ACTIVITY

# What stands still comes before what fails, and that before what will end.
ENDED, FAILING, ENDING = range(3)


class PontoProviderAccount(models.Model):
    _inherit = "ponto.provider.account"

    @api.private
    def _check_authorizations(self):
        """What the scheduled action does for these institutions, mails apart."""
        for institution in self:
            institution._get_same_bank()._check_bank()

    @api.private
    def _get_same_bank(self):
        """The records of this bank in this company: it may be reached through several
        connections. Those of another responsible user are that user's."""
        self.ensure_one()
        user = self.connection_id._get_responsible_user()
        banks = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("institution_ref", "=", self.institution_ref),
                ("connection_id.environment", "=", self.environment),
            ],
            order="id",
        )
        same = banks.filtered(
            lambda bank: bank.connection_id._get_responsible_user() == user
        )
        return same if self.institution_ref and self in same else self

    def _check_bank(self):
        """One activity for all records of a bank, on one of them."""
        found, fresh = {}, False
        for institution in self:
            accounts = institution._get_fed_accounts()
            end, new_rung = institution._advance_ladder(accounts)
            since, new_trouble = institution._advance_trouble(accounts)
            if (end or since) and not institution._is_snoozed():
                found[institution] = (end, since)
                fresh = fresh or new_rung or new_trouble
        holder = self._get_activity_holder(found)
        for institution in self - holder:
            if institution in found or institution._is_snoozed():
                institution.activity_unlink([ACTIVITY])
            elif institution.activity_search([ACTIVITY]):
                institution._close_activity()
                # What it told of the others goes on.
                fresh = True
        if holder:
            holder._keep_one_activity(found, fresh=fresh)

    def _get_activity_holder(self, found):
        """The record with the activity, so that it is updated and not made anew."""
        told = [one for one in found if one.activity_search([ACTIVITY])]
        return next(iter([*told, *found]), self.browse())

    def _keep_one_activity(self, found, *, fresh):
        """One activity for all that a person must know of a bank.

        :param found: ``{institution: (end to remind of, failing since)}``
        """
        pieces = []
        for one, (end, since) in found.items():
            if end:
                rank = ENDED if one._has_ended(end) else ENDING
                pieces.append((rank, end, one, "_get_renewal_texts"))
            if since:
                day = one._day_of(since)
                pieces.append((FAILING, day, one, "_get_trouble_texts"))
        pieces.sort(key=lambda piece: piece[:2])

        def texts(env):
            told = [
                getattr(one.with_env(env), method)()
                for _rank, _day, one, method in pieces
            ]
            parts = dict.fromkeys(part for _summary, note in told for part in note)
            return told[0][0], Markup().join(parts)

        deadline = min(day for _rank, day, _one, _method in pieces)
        self.connection_id._keep_activity(self, texts, deadline, fresh=fresh)

    def _close_activity(self):
        text = self.env._("Nothing to do any more.")
        if self._get_fed_accounts() and self.authorization_expires_at:
            day = self._day_of(self.authorization_expires_at)
            text = self.env._("Authorized until %s.", format_date(self.env, day))
        self.activity_feedback([ACTIVITY], feedback=text)

    def _get_trouble_texts(self):
        """Summary of the activity, and the paragraphs of its note."""
        troubled = self._get_troubled(self._get_fed_accounts())
        since = min(moment for _account, moment in troubled)
        moment = format_datetime(self.env, since, dt_format="short")
        lines = [
            f"{account._short_name()}: {account.status_message}"
            for account, _since in troubled
        ]
        summary = self.env._(
            "%(bank)s: no bank data since %(moment)s", bank=self.name, moment=moment
        )
        return summary, [Markup("<p>%s</p>") % line for line in lines]
