"""A run has a kind; its trigger only tells who started it."""


def migrate(cr, version):
    """Take the kind from where it was told before."""
    cr.execute(
        """
        UPDATE ponto_sync_run
           SET kind = CASE WHEN undo_of_id IS NOT NULL THEN 'undo'
                           WHEN trigger IN ('check', 'preview') THEN trigger
                           WHEN only_decided THEN 'decision'
                           ELSE 'fetch' END
         WHERE undo_of_id IS NOT NULL OR only_decided
            OR trigger IN ('check', 'preview')"""
    )
    cr.execute(
        """
        UPDATE ponto_sync_run SET trigger = 'user'
         WHERE trigger IN ('check', 'preview')"""
    )
