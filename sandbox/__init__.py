"""A local Ponto: the account information half of ``api.myponto.com``.

Pure Python on Werkzeug, without Odoo. See ``README.md`` beside this file.
"""
