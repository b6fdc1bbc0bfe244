"""Dates and moments that no bank means were stored as they came. What cannot be
calculated with counts as unknown, and what would be booked on such a day is held."""

from odoo.addons.account_ponto_sync.ponto_client import bank_days

MOMENTS = {
    "ponto_online_account": (
        "authorization_expires_at",
        "authorized_at",
        "bank_data_at",
        "balance_date",
        "listed_synchronized_at",
    ),
    "ponto_provider_account": ("maintenance_from", "maintenance_to", "renewal_end"),
    "ponto_transaction": (
        "execution_date",
        "value_date",
        "ponto_created_at",
        "ponto_updated_at",
    ),
    "ponto_pending_transaction": ("execution_date",),
    "ponto_sync_run": ("synchronized_at",),
}


def migrate(cr, version):
    days = bank_days()
    cr.execute(
        """UPDATE ponto_transaction
              SET state = 'held', hold_code = 'absurd_date', booking_date = NULL,
                  hold_values = jsonb_build_object(
                      'given', to_char(booking_date, 'YYYY-MM-DD'))
            WHERE booking_date NOT BETWEEN %s AND %s
              AND statement_line_id IS NULL
              AND (state IN ('new', 'planned', 'before_cutover')
                   OR hold_code IN ('before_start', 'locked_period'))""",
        days,
    )
    for table, columns in MOMENTS.items():
        for column in columns:
            cr.execute(
                f"""UPDATE {table} SET {column} = NULL
                     WHERE {column}::date NOT BETWEEN %s AND %s""",  # noqa: S608
                days,
            )
