"""Who is told when something about a connection needs a person."""

from odoo import SUPERUSER_ID, api, models


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    @api.private
    def _get_responsible_user(self):
        """The user who is told when something needs a person.

        The one who was chosen, if they can still do something about it; else an
        accounting manager of the company; never OdooBot.

        :return: one user, or none where nobody is left
        """
        self.ensure_one()
        connection = self.sudo()
        chosen = connection.responsible_user_id
        if chosen and connection._is_within_reach(chosen):
            return chosen
        managers = self.env.ref("account.group_account_manager")
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", managers.ids),
                    ("company_ids", "in", connection.company_id.ids),
                    ("share", "=", False),
                    ("id", "!=", SUPERUSER_ID),
                ],
                order="id",
                limit=1,
            )
        )

    def _is_within_reach(self, user):
        """Whether a user exists for this company and may see its bank accounts."""
        return bool(
            user.active
            and user.id != SUPERUSER_ID
            and not user.share
            and self.company_id in user.company_ids
            and user.has_group("account.group_account_invoice")
        )
