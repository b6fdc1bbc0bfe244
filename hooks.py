"""What installing and uninstalling changes outside the addon's own records."""


def post_init_hook(env):
    """Let the accounting administrator work on bank lines in plain Community.

    Core gives the *Dashboard* menu and write access to bank lines to
    ``account.group_account_basic``, which nobody can be given in Community.
    Enterprise's own add-on sets the same two values: where they are set already,
    they stay as they are, and uninstalling leaves them alone.
    """
    basic = env.ref("account.group_account_basic")
    manager = env.ref("account.group_account_manager")
    marks = env["ir.config_parameter"].sudo()
    if not basic.privilege_id:
        basic.privilege_id = env.ref("account.res_groups_privilege_accounting")
        marks.set_param("account_ponto_sync.basic_privilege_set", "1")
    if basic not in manager.all_implied_ids:
        manager.implied_ids = [(4, basic.id)]
        marks.set_param("account_ponto_sync.manager_implies_basic", "1")


def uninstall_hook(env):
    """Give back what :func:`post_init_hook` set, and free the journals.

    Enterprise, when it is installed meanwhile, relies on the same two values, so
    they are only taken back where it is absent.
    """
    basic = env.ref("account.group_account_basic")
    manager = env.ref("account.group_account_manager")
    marks = env["ir.config_parameter"].sudo()
    enterprise = env["ir.module.module"].search_count(
        [("name", "=", "account_accountant"), ("state", "=", "installed")]
    )
    if marks.get_param("account_ponto_sync.manager_implies_basic") and not enterprise:
        manager.implied_ids = [(3, basic.id)]
    if marks.get_param("account_ponto_sync.basic_privilege_set") and not enterprise:
        basic.privilege_id = False
    marks.search([("key", "=like", "account_ponto_sync.%")]).unlink()
    # The selection value disappears with us and has no ondelete policy.
    env["account.journal"].with_context(active_test=False).search(
        [("bank_statements_source", "=", "ponto")]
    ).write({"bank_statements_source": "undefined"})
