from odoo import api, fields, models
from odoo.exceptions import UserError

# Every field that takes or holds a secret, on whatever model. The security test
# walks this tuple: a new secret field must stand here.
SECRET_FIELDS = ("client_secret", "client_secret_encrypted", "token_encrypted")

# What a person types or pastes to connect.
TYPED = ("client_id", "client_secret", "api_url")


class PontoSecretMixin(models.AbstractModel):
    """A client secret that goes in and never comes out.

    ``client_secret`` takes what a person types and is never stored;
    ``client_secret_encrypted`` holds the ciphertext and is closed to everybody,
    administrators included (only superuser code sees it, and sees ciphertext).

    Whoever inherits has ``_get_api_url()``: where the secret may be sent. It is opened
    by ``secret_store`` alone, for the client, and by no method of a record.
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
            record.sudo().client_secret_encrypted = secret and record._encrypt(secret)

    @api.depends("client_secret_encrypted")
    def _compute_has_client_secret(self):
        for record in self:
            record.has_client_secret = bool(record.client_secret_encrypted)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_typed(vals)
        records = super().create(vals_list)
        records.invalidate_recordset(["client_secret"])
        return records

    def write(self, vals):
        self._check_typed(vals)
        result = super().write(vals)
        self.invalidate_recordset(["client_secret"])
        return result

    def _check_typed(self, vals):
        """:raise UserError: for what no request to Ponto could carry"""
        for name in TYPED:
            text = vals.get(name)
            if not isinstance(text, str):
                continue
            if not text.strip().isprintable() or (name == "client_id" and ":" in text):
                raise UserError(
                    self.env._(
                        "The field %(field)s contains an invalid character. Copy the "
                        "value again; nothing was changed.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    @api.private
    def _encrypt(self, plain):
        """Ciphertext of a secret for this record; see ``ponto.key``.

        :raise UserError: when it cannot be kept beside what is stored already
        """
        return self.env["ponto.key"]._encrypt(self, "client_secret_encrypted", plain)

    @api.private
    def _secret_problem(self):
        """Code of why this host, or this database, may not use the stored secret:
        ``key_missing``, ``misplaced`` or ``copy``; False where it may, or there is
        none."""
        self.ensure_one()
        return self.env["ponto.key"]._judge(self, "client_secret_encrypted")
