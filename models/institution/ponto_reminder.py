import logging
from datetime import timedelta

from odoo import api, fields, models

from ...tools import clock, units
from ...wording.moments import short_moment
from .ponto_provider_account_renewal import reminder_day

_logger = logging.getLogger(__name__)

TEMPLATE = "account_ponto_sync.mail_template_renewal"
LAYOUT = "mail.mail_notification_light"
# So soon nobody is mailed about the same institution by hand again.
BY_HAND_RATE = timedelta(hours=1)


class PontoReminder(models.Model):
    """One mail to one person about the banks to renew, in all their companies."""

    _name = "ponto.reminder"
    _description = "Reminder to renew at Ponto"
    _order = "day desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Recipient", required=True, index=True, ondelete="cascade"
    )
    day = fields.Date(required=True, help="Date in Brussels.")
    is_by_hand = fields.Boolean(help="A user clicked Send reminder.")
    sent_at = fields.Datetime(default=lambda self: clock.now())
    provider_account_ids = fields.Many2many(
        "ponto.provider.account", string="Institutions"
    )
    company_id = fields.Many2one(
        "res.company", required=True, help="Company of the reminder."
    )
    bank_names = fields.Char(compute="_compute_bank_names")

    _once_a_day_uniq = models.UniqueIndex(
        "(partner_id, day) WHERE is_by_hand IS NOT TRUE",
        "This person was reminded today already.",
    )

    @api.depends("provider_account_ids.name")
    def _compute_bank_names(self):
        for reminder in self:
            names = dict.fromkeys(reminder.provider_account_ids.mapped("name"))
            reminder.bank_names = ", ".join(names)

    @api.depends("bank_names")
    def _compute_display_name(self):
        """Stands at the head of the mail, so it is not the reader's own name."""
        for reminder in self:
            reminder.display_name = reminder.bank_names

    # === SENDING === #

    @api.model
    @api.private
    def _send_due(self):
        """Mail everybody who has not been told of what is due: one mail each, and one
        a day at most."""
        institutions = self.env["ponto.provider.account"].sudo()
        institutions = institutions.search([("renewal_mail_from", "!=", False)])
        wanted = {}
        for institution in institutions:
            for partner in institution._get_reminded_partners():
                wanted.setdefault(partner.id, []).append(institution.id)
        for partner_id, institution_ids in wanted.items():
            self._send_safely(partner_id, institution_ids)
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _send_safely(self, partner_id, institution_ids):
        """In a transaction of its own: the mail and the memory of it, or neither."""

        def work(env):
            partner = env["res.partner"].browse(partner_id)
            banks = env["ponto.provider.account"].browse(institution_ids)
            env["ponto.reminder"]._send_once(partner, banks)

        try:
            units.run_unit(self.env, work)
        except Exception as error:  # noqa: BLE001  one's surprise stops no other
            message = "The reminder to partner %s could not be made"
            units.log_unexpected(_logger, message, partner_id, error)

    @api.model
    def _send_once(self, partner, institutions):
        earlier = self.search([("partner_id", "=", partner.id)])
        day = reminder_day()
        if any(one.day == day and not one.is_by_hand for one in earlier):
            return
        untold = institutions.filtered(
            lambda bank: (
                not any(
                    bank in one.provider_account_ids
                    # A clock that was ahead has told nothing of today.
                    and bank.renewal_mail_from <= one.day <= day
                    for one in earlier
                )
            )
        )
        if untold:
            self._send(partner, untold, is_by_hand=False)

    @api.model
    @api.private
    def _send_by_hand(self, partner, institution):
        """Mail a person about one institution, whatever the schedule told them. The
        institution's note of it is the user's own."""
        worker = self.with_env(units.plain_superuser(self.env))
        author = self.env.user.partner_id
        worker._send(partner, institution, is_by_hand=True, author=author)

    @api.model
    @api.private
    def _by_hand_refusal(self, partner, institution):
        """Why a person is not mailed by hand now, in words; '' where they are."""
        earlier = self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("provider_account_ids", "in", institution.ids),
                ("is_by_hand", "=", True),
                ("sent_at", ">", clock.now() - BY_HAND_RATE),
            ],
            order="sent_at desc",
            limit=1,
        )
        if not earlier:
            return ""
        return self.env._(
            "%(name)s has already been reminded of %(bank)s; the next reminder is "
            "possible from %(moment)s.",
            name=partner.name,
            bank=institution.name,
            moment=short_moment(self.env, earlier.sent_at + BY_HAND_RATE),
        )

    def _send(self, partner, institutions, *, is_by_hand, author=None):
        institutions = institutions.with_env(self.env)
        company = institutions[:1].company_id
        reminder = self.create(
            {
                "partner_id": partner.id,
                "day": reminder_day(),
                "is_by_hand": is_by_hand,
                "provider_account_ids": [(6, 0, institutions.ids)],
                "company_id": company.id,
            }
        )
        template = self.env.ref(TEMPLATE)
        template.send_mail(
            reminder.id,
            email_layout_xmlid=LAYOUT,
            email_values={"email_from": company.email_formatted or False},
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        for institution in institutions:
            institution.message_post(
                body=self.env._(
                    "Reminder to renew sent to %s by e-mail.", partner.name
                ),
                subtype_xmlid="mail.mt_note",
                author_id=author.id if author else None,
            )
