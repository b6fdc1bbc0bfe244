"""The way to a bank's consent page, and back from it."""

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.http import request


class Reauthorization(http.Controller):
    @http.route(
        "/ponto/reauthorize/<int:dialog_id>", type="http", auth="user", sitemap=False
    )
    def leave(self, dialog_id):
        """Send whoever renews to Ponto: a plain link, so no window is ever blocked."""
        dialog = request.env["ponto.reauthorize"].browse(dialog_id).exists()
        if not dialog:
            raise BadRequest(request.env["ponto.reauthorize"]._get_refused_text())
        return request.redirect(dialog._get_page(), code=303, local=False)

    @http.route("/ponto/reauthorized", type="http", auth="user", sitemap=False)
    def come_back(self, state="", **_kwargs):
        """Show the dialog again. Nothing is believed of the address: what Ponto shows
        is asked for by *Check now*."""
        dialog = request.env["ponto.reauthorize"]._take_state(state)
        if not dialog:
            raise BadRequest(request.env["ponto.reauthorize"]._get_refused_text())
        action = "action-account_ponto_sync.ponto_reauthorize_action"
        return request.redirect(f"/odoo/{action}/{dialog.id}")
