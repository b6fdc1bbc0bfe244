"""What Ponto tells and what Odoo remembers is set by Odoo alone, whatever way a value
comes."""

from odoo import api, models
from odoo.exceptions import AccessError


class PontoClosedFieldsMixin(models.AbstractModel):
    """One rule for ``write``, ``create``, lines of another record, ``load``, ``copy`` and
    defaults of the context or the user: who is not superuser sets no closed field."""

    _name = "ponto.closed.fields.mixin"
    _description = "Base for fields set only by Odoo"

    # Beside what is read-only.
    _closed_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        """:raise AccessError: for a closed field"""
        for vals in vals_list:
            self._check_open_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        """:raise AccessError: for a closed field"""
        self._check_open_fields(vals)
        return super().write(vals)

    @api.model
    def default_get(self, fields_list):
        """Of closed fields only what the model itself says, whoever asks: code of ours
        that creates as superuser may have a user's context."""
        closed = {name for name in fields_list if self._is_ours_to_default(name)}
        values = super().default_get(
            [name for name in fields_list if name not in closed]
        )
        for name in closed:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self)
                values[name] = field.convert_to_write(value, self)
        return values

    def _is_closed_field(self, name):
        field = self._fields.get(name)
        return bool(field) and (field.readonly or name in self._closed_fields)

    def _is_ours_to_default(self, name):
        """Where a user has no access at all, core refuses what a context brings."""
        field = self._fields.get(name)
        return self._is_closed_field(name) and (
            self.env.su or self._has_field_access(field, "write")
        )

    def _check_open_fields(self, vals):
        if not self.env.su and any(self._is_closed_field(name) for name in vals):
            raise AccessError(
                self.env._(
                    "This field is set by Ponto or by Odoo and cannot be edited."
                )
            )
