"""Balances are kept of accounts that feed a journal; those of others were kept without
a purpose (docs/privacy.md)."""


def migrate(cr, version):
    cr.execute(
        """DELETE FROM ponto_balance b
            USING ponto_online_account a
            WHERE a.id = b.online_account_id AND a.linked_at IS NULL"""
    )
