"""Earlier versions left a connection *Connected* when its secret was erased."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ponto_connection
           SET state = 'draft', problem_code = NULL, problem_values = NULL
         WHERE state = 'connected'
           AND (client_id IS NULL OR client_secret_encrypted IS NULL)
        """
    )
