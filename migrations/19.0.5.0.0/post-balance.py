"""A bank that tells no balance was shown with 0.00 of the day of reading. Where all that
is kept is that, nothing is known; a bank that does tell zero tells it again."""

NEVER_TOLD = """
    SELECT a.id FROM ponto_online_account a
     WHERE a.balance_date_estimated AND COALESCE(a.balance, 0) = 0
       AND NOT EXISTS (
           SELECT 1 FROM ponto_balance b
            WHERE b.online_account_id = a.id
              AND (b.amount != 0 OR b.date_estimated IS NOT TRUE))"""


def migrate(cr, version):
    cr.execute(f"DELETE FROM ponto_balance WHERE online_account_id IN ({NEVER_TOLD})")  # noqa: S608
    cr.execute(
        f"""UPDATE ponto_online_account
               SET balance_date = NULL, balance_date_estimated = FALSE,
                   difference_since = NULL, difference_report_at = NULL
             WHERE id IN ({NEVER_TOLD})"""  # noqa: S608
    )
