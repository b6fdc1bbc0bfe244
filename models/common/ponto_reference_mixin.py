"""What a record of ours points at is what its user may read."""

from odoo import api, models

# What belongs to a company. Of users Odoo tells the names to everybody.
OF_A_COMPANY = ("ponto.", "account.", "res.company", "res.partner")
MANY = ("many2many", "one2many")


class PontoReferenceMixin(models.AbstractModel):
    """Refuse ids that somebody guessed, of another company's records.

    Core shows the name of what a relation points at to everybody who may read the
    record that points, and that name may hold an account number: a dialog, also one
    that is never saved, would tell whatever id a program puts into it.
    """

    _name = "ponto.reference.mixin"
    _description = "Base for references limited to readable records"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """:raise AccessError: for what the user may not read, default or not"""
        if not self.env.su:
            for vals in vals_list:
                self._check_given({**self._defaults_besides(vals), **vals})
        return super().create(vals_list)

    def write(self, vals):
        """:raise AccessError: for what the user may not read"""
        self._check_given(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """A form tells names before anything is saved."""
        defaults = {} if field_names else self._defaults_besides(values)
        self._check_given({**defaults, **values})
        return super().onchange(values, field_names, fields_spec)

    # === CHECKS === #

    def _defaults_besides(self, vals):
        """What the context or the user's own defaults would put in."""
        ours = (name for name, field in self._fields.items() if _is_ours(field))
        return self.default_get([name for name in ours if name not in vals])

    def _check_given(self, values):
        """Of values as a form sends them, lines included."""
        if self.env.su:
            return
        for name, value in values.items():
            field = self._fields.get(name)
            if not field or not _is_ours(field):
                continue
            comodel = self.env[field.comodel_name]
            ids, lines = _parse(field, value)
            comodel.browse(ids).check_access("read")
            for line in lines if hasattr(comodel, "_check_given") else ():
                comodel._check_given(line)


def _is_ours(field):
    """Whether a field is a relation that this addon made, to records of a company."""
    return (
        field.relational
        and "account_ponto_sync" in field._modules
        and field.comodel_name.startswith(OF_A_COMPANY)
    )


def _parse(field, value):
    """Ids that a value points at, and values of lines in it.

    :param value: of a form: an id, ``{"id"}``, or commands
    """
    if field.type not in MANY:
        found = value.get("id") if isinstance(value, dict) else value
        found = getattr(found, "id", found)
        return [found] if found else [], []
    ids, lines = [], []
    for command in value or ():
        if isinstance(command, int):
            ids.append(command)
            continue
        _operation, target, given = (*command, None, None)[:3]
        ids += [target, *(given if isinstance(given, (list, tuple)) else ())]
        lines += [given] if isinstance(given, dict) else []
    # New lines have an id that is text.
    return [one for one in ids if one and isinstance(one, int)], lines
