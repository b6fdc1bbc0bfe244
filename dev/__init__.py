"""Install and run Odoo for this addon: ``python3 -m dev help``, or ``make help``."""
