"""The routes of this addon take odd parameters from anybody, and answer all the same."""

from odoo import models
from odoo.http import request

ROUTES = "/ponto/"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """Without a parameter that is named like what core passes to each route."""
        if request.httprequest.path.startswith(ROUTES):
            request.params.pop("self", None)
        return super()._dispatch(endpoint)
