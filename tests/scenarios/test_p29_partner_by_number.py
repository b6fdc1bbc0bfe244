from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

STORED = "BE71 0961 2345 6769"
SENT = "BE71096123456769"


@tagged("post_install", "-at_install")
class TestP29(ScenarioCommon):
    """A partner where the number tells exactly one; else none, and nothing fails."""

    def owner(self, name, **values):
        partner = self.env["res.partner"].create({"name": name, **values})
        self.env["res.partner.bank"].create(
            {"acc_number": STORED, "partner_id": partner.id}
        )
        return partner

    def line(self, **attributes):
        account = self.acme(transaction(1, "2026-04-08", "-1.00", **attributes))
        [line] = self.lines(account)
        return line

    def test_stored_with_spaces(self):
        partner = self.owner("Molen Janssens")
        self.assertEqual(self.line(counterpartReference=SENT).partner_id, partner)

    def test_of_two_partners(self):
        self.owner("Molen Janssens")
        self.owner("Molen Janssens (oud)")
        line = self.line(counterpartReference=SENT, counterpartName="Molen")
        self.assertFalse(line.partner_id)
        self.assertEqual(line.partner_name, "Molen")
        # Later matching is free.
        line.partner_id = self.env["res.partner"].create({"name": "Molen"})
        self.reconcile(line)

    def test_one_name_of_two_partners(self):
        self.env["res.partner"].create([{"name": "Molen"}, {"name": "Molen"}])
        self.assertFalse(self.line(counterpartName="Molen").partner_id)

    def test_of_another_company_only(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.owner("Molen Janssens", company_id=other.id)
        self.assertFalse(self.line(counterpartReference=SENT).partner_id)
