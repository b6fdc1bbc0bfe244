"""Settings of the company and of the server."""

from . import (
    res_company,
    res_config_settings,
)
