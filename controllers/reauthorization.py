"""The way to a bank's consent page, and back from it."""

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.http import request

# PostgreSQL knows no larger one.
LARGEST_ID = 2**31 - 1


class Reauthorization(http.Controller):
    @http.route(
        "/ponto/reauthorize/<int:dialog_id>",
        type="http",
        auth="user",
        methods=["GET"],
        sitemap=False,
    )
    def leave(self, dialog_id, **_params):
        """Send whoever renews to Ponto: a plain link, so no window is ever blocked."""
        dialogs = request.env["ponto.reauthorize"]
        dialog = dialogs.browse(dialog_id if dialog_id <= LARGEST_ID else 0).exists()
        if not dialog:
            raise BadRequest(dialogs._get_refused_text())
        return request.redirect(dialog._get_page(), code=303, local=False)

    @http.route(
        "/ponto/reauthorized",
        type="http",
        auth="user",
        methods=["GET"],
        sitemap=False,
    )
    def come_back(self, state="", **_params):
        """Show the dialog again. Nothing is believed of the address: what Ponto shows
        is asked for by *Check now*."""
        # A body may bring a file under that name.
        given = state if isinstance(state, str) else ""
        dialog = request.env["ponto.reauthorize"]._take_state(given)
        if not dialog:
            raise BadRequest(request.env["ponto.reauthorize"]._get_refused_text())
        action = "action-account_ponto_sync.ponto_reauthorize_action"
        return request.redirect(f"/odoo/{action}/{dialog.id}")
