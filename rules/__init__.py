"""Decisions about money: which payments are the same, what a line pays, what differs.

Pure functions and plain value objects: no network, no database, no Odoo import. Money
is ``Decimal`` in major units, < 0 = paid out; days are calendar dates of the bank.
"""
