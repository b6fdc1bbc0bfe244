from odoo import api, fields, models

from . import encryption
from .problems import Obstacle

# Every field that takes or holds a secret, on whatever model. The security test
# walks this tuple: a new secret field must stand here.
SECRET_FIELDS = ("client_secret", "client_secret_encrypted", "token_encrypted")


class PontoSecretMixin(models.AbstractModel):
    """A client secret that goes in and never comes out.

    ``client_secret`` takes what a person types and is never stored;
    ``client_secret_encrypted`` holds the ciphertext and is closed to everybody,
    administrators included (only superuser code sees it, and sees ciphertext).
    """

    _name = "ponto.secret.mixin"
    _description = "Write-only client secret"

    client_secret = fields.Char(
        string="Client secret",
        compute="_compute_client_secret",
        inverse="_inverse_client_secret",
        store=False,
        copy=False,
        help="Shown once by Ponto when the integration is made. Odoo keeps it "
        "encrypted and never shows it again.",
    )
    client_secret_encrypted = fields.Char(
        groups=fields.NO_ACCESS, copy=False, prefetch=False, readonly=True
    )
    has_client_secret = fields.Boolean(
        string="Secret is set", compute="_compute_has_client_secret", compute_sudo=True
    )

    def _compute_client_secret(self):
        self.client_secret = False

    def _inverse_client_secret(self):
        for record in self:
            secret = (record.client_secret or "").strip()
            record.sudo().client_secret_encrypted = (
                self._encrypt(secret) if secret else False
            )

    @api.depends("client_secret_encrypted")
    def _compute_has_client_secret(self):
        for record in self:
            record.has_client_secret = bool(record.client_secret_encrypted)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.invalidate_recordset(["client_secret"])
        return records

    def write(self, vals):
        result = super().write(vals)
        self.invalidate_recordset(["client_secret"])
        return result

    @api.private
    def _encrypt(self, plain):
        """Ciphertext of a secret; see ``ponto.key``.

        :raise UserError: when it cannot be kept beside what is stored already
        """
        return self.env["ponto.key"]._encrypt(plain)

    @api.private
    def _secret_problem(self):
        """Code of why this host, or this database, may not use the stored secret:
        ``key_missing`` or ``copy``; False where it may, or there is none."""
        self.ensure_one()
        stored = self.sudo().client_secret_encrypted
        return self.env["ponto.key"]._judge(stored) if stored else False

    @api.private
    def _decrypted_client_secret(self):
        """The secret in clear, for the client alone; False where none is set.

        :raise Obstacle: where it was stored for another database
        :raise encryption.KeyMissing: when this host cannot read it
        """
        self.ensure_one()
        problem = self._secret_problem()
        if problem == "copy":
            raise Obstacle(problem)
        stored = self.sudo().client_secret_encrypted
        return encryption.decrypt(stored).plain if stored else False
