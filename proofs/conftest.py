"""A proof takes minutes and tells a figure: ``record_property("kills", 36)``.

Whole numbers of one name are added up over a file's tests; texts stand as they are.
"""

from world import account_id, database, fork, odoo, sandbox

__all__ = ["account_id", "database", "fork", "odoo", "sandbox"]
