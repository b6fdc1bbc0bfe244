from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.connection.ponto_secret_mixin import SECRET_FIELDS
from ..common import transaction
from ..common_markers import Markers
from .common import IBAN, ScenarioCommon

PARTY = "NL91ABNA0417164300"


@tagged("post_install", "-at_install")
class TestP38(Markers, ScenarioCommon):
    """A secret is denied or blank wherever it is asked for, and in no log."""

    def test_fields(self):
        """Through read, search, group by and export, for who keeps books or manages."""
        for user in (self.accountant, self.manager):
            connection = self.connection.with_user(user)
            for name in SECRET_FIELDS:
                values = []
                for ask in (
                    lambda one, name=name: one.read([name])[0][name],
                    lambda one, name=name: one.export_data([name])["datas"],
                    lambda one, name=name: one.search([(name, "ilike", "marker")]).ids,
                    lambda one, name=name: one.formatted_read_group([], [name]),
                ):
                    try:
                        values.append(ask(connection))
                    except (UserError, ValueError) as error:
                        values.append(str(error))
                self.assertNotIn(self.sandbox.client_secret, str(values))
                self.assertNotIn("v1:", str(values))

    def test_logs_of_a_whole_fetch(self):
        """At level DEBUG, a refused token included."""
        keeper = self.keep_logs()
        account = self.acme(
            transaction(1, "2026-04-08", "1.00", counterpartReference=PARTY),
            fetch=False,
        )
        self.plan("/transactions$", status=401)
        run = account.fetch_transactions()
        self.assertEqual((run.state, run.imported_count), ("done", 1))
        secrets = self.secret_words(
            (self.sandbox.client_id, self.sandbox.client_secret)
        )
        names = {text.split(".")[0] for text in keeper.texts}
        self.assertLessEqual({"urllib3", "odoo"}, names)
        for text in keeper.texts:
            self.assert_free(text, {*secrets, IBAN, PARTY}, "log")
        for place, text in self.told():
            self.assert_free(text, {*secrets, IBAN, PARTY}, place)
