from odoo import api, fields, models

from ..tools.website import dashboard_url


class PontoDisconnect(models.TransientModel):
    """Say what stops and what stays before a connection is disconnected."""

    _name = "ponto.disconnect"
    _inherit = "ponto.reference.mixin"
    _description = "Disconnect from Ponto"

    connection_id = fields.Many2one(
        "ponto.connection", required=True, readonly=True, ondelete="cascade"
    )
    client_id_hint = fields.Char(
        related="connection_id.client_id_hint", related_sudo=False
    )
    stopping = fields.Text(
        compute="_compute_effects",
        help="Journals that are currently linked, by account.",
    )
    is_shared = fields.Boolean(
        compute="_compute_effects",
        help="Another connection signs in with the same integration.",
    )
    ponto_url = fields.Char(compute="_compute_effects")

    @api.depends("connection_id")
    def _compute_effects(self):
        for dialog in self:
            connection = dialog.connection_id
            fed = connection.online_account_ids.filtered(lambda one: one._is_fed())
            dialog.stopping = "\n".join(
                f"{account.journal_id.display_name}: {account._short_name()}"
                for account in fed
            )
            dialog.is_shared = connection._is_integration_shared()
            dialog.ponto_url = dashboard_url(connection.api_url)

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disconnect from Ponto"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_disconnect(self):
        """Disconnect, and say what is left to do at Ponto."""
        self.ensure_one()
        self.check_access("write")
        connection = self.connection_id
        outcome = connection.disconnect()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("%s is disconnected", connection.name),
                "message": self._get_outcome_text(outcome),
                "type": "success",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_outcome_text(self, outcome):
        if outcome == "revoked":
            token = self.env._("Ponto has revoked Odoo's access.")
        else:
            token = self.env._("Odoo's last access token expires automatically.")
        return " ".join(
            [
                self.env._("Odoo has erased the client secret and its tokens."),
                token,
                self.env._(
                    "If the integration is no longer needed, delete it at Ponto."
                ),
            ]
        )
