"""An announced payment that came again under another id pointed at the other's line;
now it points at the other, so that a line has one transaction."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ponto_transaction alias
           SET alias_of_id = payment.id, statement_line_id = NULL
          FROM ponto_transaction payment
         WHERE alias.state = 'alias' AND alias.alias_of_id IS NULL
           AND alias.statement_line_id IS NOT NULL
           AND payment.statement_line_id = alias.statement_line_id
           AND payment.state IN ('imported', 'adopted')
           AND payment.online_account_id = alias.online_account_id"""
    )
