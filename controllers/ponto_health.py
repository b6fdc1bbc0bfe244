"""A route for a monitoring program: how each account stands, as JSON."""

from odoo import http
from odoo.http import request


class PontoHealth(http.Controller):
    @http.route(
        "/ponto/health",
        type="http",
        auth="bearer",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def health(self, **_params):
        """How the accounts stand that the key's user may read; docs/monitoring.md.

        401 without a valid API key, 403 where its user may read no accounts at all,
        else 200.
        """
        user = request.env.user
        accounts = request.env["ponto.online.account"].with_context(
            allowed_company_ids=user.company_ids.ids, lang="en_US"
        )
        may_read = accounts.has_access("read")
        answer = accounts._get_health() if may_read else {"error": "forbidden"}
        return request.make_json_response(
            answer,
            headers=[("Cache-Control", "no-store")],
            status=200 if may_read else 403,
        )
