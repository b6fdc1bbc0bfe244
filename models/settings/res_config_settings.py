from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.base.models.res_users import check_identity

from ...tools import encryption
from ...wording.moments import format_date
from .res_company import LONGEST_MONTHS, SHORTEST_MONTHS

SYSTEM = "base.group_system"
# What is offered where texts are to be removed at all.
OFFERED_MONTHS = 24


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ponto_renewal_badge_days = fields.Integer(
        related="company_id.ponto_renewal_badge_days", readonly=False
    )
    ponto_renewal_activity_days = fields.Integer(
        related="company_id.ponto_renewal_activity_days", readonly=False
    )
    ponto_renewal_mail_days = fields.Integer(
        related="company_id.ponto_renewal_mail_days", readonly=False
    )
    ponto_renewal_last_mail_days = fields.Integer(
        related="company_id.ponto_renewal_last_mail_days", readonly=False
    )
    ponto_public_address = fields.Char(
        related="company_id.ponto_public_address", readonly=False
    )
    ponto_removes_texts = fields.Boolean(
        string="Remove the bank's raw texts",
        compute="_compute_ponto_removes_texts",
        readonly=False,
    )
    ponto_texts_months = fields.Integer(
        related="company_id.ponto_texts_months", readonly=False
    )
    ponto_texts_preview = fields.Char(compute="_compute_ponto_texts_preview")

    # Where the key of the bank secrets lies; about the server, not about a company.
    ponto_key_place = fields.Char(
        string="Key", compute="_compute_ponto_key", groups=SYSTEM
    )
    ponto_key_ids = fields.Char(
        string="Key ID",
        compute="_compute_ponto_key",
        groups=SYSTEM,
        help="Identifies the key without revealing it; the first key encrypts.",
    )
    ponto_key_reads = fields.Char(
        string="Key check", compute="_compute_ponto_key", groups=SYSTEM
    )
    ponto_key_saved = fields.Char(
        string="Backup status", compute="_compute_ponto_key", groups=SYSTEM
    )
    ponto_key_is_offered = fields.Boolean(compute="_compute_ponto_key", groups=SYSTEM)
    ponto_key_is_copy = fields.Boolean(compute="_compute_ponto_key", groups=SYSTEM)
    ponto_key_old_count = fields.Integer(
        compute="_compute_ponto_key",
        groups=SYSTEM,
        help="Number of stored values encrypted with a key other than the first.",
    )

    @api.depends("company_id")
    def _compute_ponto_removes_texts(self):
        for settings in self:
            settings.ponto_removes_texts = bool(settings.company_id.ponto_texts_months)

    @api.onchange("ponto_removes_texts")
    def _onchange_ponto_removes_texts(self):
        offered = self.ponto_texts_months or OFFERED_MONTHS
        self.ponto_texts_months = offered if self.ponto_removes_texts else 0

    @api.depends("company_id", "ponto_texts_months")
    @api.depends_context("lang")
    def _compute_ponto_texts_preview(self):
        for settings in self:
            settings.ponto_texts_preview = settings._get_ponto_texts_preview()

    def _get_ponto_texts_preview(self):
        """What saving would do, in words."""
        months = self.ponto_texts_months
        if not SHORTEST_MONTHS <= months <= LONGEST_MONTHS:
            return ""
        before = self.company_id._ponto_texts_before(months)
        accounts = self.env["ponto.online.account"].with_context(active_test=False)
        ids = accounts.sudo().search([("company_id", "=", self.company_id.id)]).ids
        found = self.env["ponto.transaction"].sudo()._find_old_texts(ids, before)
        return self.env._(
            "%(count)s transactions older than %(day)s will lose the bank's raw "
            "texts now. Lines and amounts are kept.",
            count=len(found),
            day=format_date(self.env, before),
        )

    # === KEY OF THE BANK SECRETS === #

    @api.depends_context("lang", "tz", "uid")
    def _compute_ponto_key(self):
        key = self.env["ponto.key"]
        vals = {f"ponto_key_{name}": value for name, value in key._describe().items()}
        for settings in self:
            settings.update(vals)

    def action_ponto_show_key(self):
        """Let the browser fetch the key file's content, for the backup: once for each
        key, after the user's password.

        :raise AccessError: for anybody but the system administrator
        :raise UserError: where there is nothing to show (any more)
        """
        # Before the password is asked for: nobody else gets as far as that.
        self._check_ponto_system()
        self.env["ponto.key"]._check_offered()
        return self._show_ponto_key()

    @check_identity
    def _show_ponto_key(self):
        """Where the browser gets it; the key itself is in no record's reach."""
        self._check_ponto_system()
        return {
            "type": "ir.actions.client",
            "tag": "account_ponto_sync.key",
            "name": self.env._("Key of the bank secrets"),
            "params": {
                "note": self.env._(
                    "Keep the key apart from the backups of the database; Odoo does "
                    "not show it again. To restore it, put it into the file %s on "
                    "the new server.",
                    encryption.KEY_FILE,
                ),
                # The dialog that asked for the password.
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_ponto_rotate(self):
        """Encrypt every stored value with the first key."""
        self._check_ponto_system()
        return self.env["ponto.key"]._tell_rotated(self.env["ponto.key"]._rotate())

    def action_ponto_take_over(self):
        """Let this database go on in the original's place."""
        self._check_ponto_system()
        return self.env["ponto.connection"].sudo().action_take_over()

    def _check_ponto_system(self):
        self.check_access("write")
        if not self.env.user.has_group(SYSTEM):
            raise AccessError(self.env._("Only the system administrator may do this."))
