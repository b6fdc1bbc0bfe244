"""At level DEBUG core logs the arguments of each remote call; what a person typed as a
secret stands in none of them."""

import logging

from .ponto_secret_mixin import SECRET_FIELDS

MASK = "***"


class SecretArgumentsFilter(logging.Filter):
    """Masks all arguments of a call that names a secret field, however deep."""

    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(map(_masked, record.args))
        return True


def _masked(arg):
    # A call's arguments: core builds their text only where it is logged.
    if type(arg).__name__ != "Params":
        return arg
    text = str(arg)
    return MASK if any(name in text for name in SECRET_FIELDS) else text


logging.getLogger("odoo.service.model").addFilter(SecretArgumentsFilter())
