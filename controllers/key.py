"""The key for the backup, to the browser of the administrator who gave the password."""

import time

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from ..tools.key_backup import hand_out

# As core's ``check_identity``, which led here.
IDENTITY_LASTS = 10 * 60  # seconds


class PontoKey(http.Controller):
    @http.route("/ponto/key", type="jsonrpc", auth="user", methods=["POST"])
    def show(self, **_params):
        """The key file's content, once.

        :raise AccessError: for anybody but a system administrator whose password was
            asked a moment ago
        :raise UserError: where there is nothing to show (any more)
        """
        checked = request.session.get("identity-check-last", 0)
        is_recent = checked > time.time() - IDENTITY_LASTS
        if not (is_recent and request.env.user.has_group("base.group_system")):
            raise AccessError(
                request.env._("Only the system administrator may do this.")
            )
        return hand_out(request.env)
