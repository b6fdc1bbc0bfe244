"""What many models share: mixins and small extensions of core."""

from . import ponto_reference_mixin  # isort: skip
from . import (
    base,
    ir_http,
    ir_ui_menu,
    ponto_closed_fields_mixin,
    ponto_dialog_mixin,
    ponto_trouble_mixin,
)
