from odoo import api, models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _load_menus_blacklist(self):
        """Beside Enterprise's own menu ours says whose it is."""
        blacklist = super()._load_menus_blacklist()
        enterprise = "account_online_synchronization" in self.env.registry._init_modules
        hidden = (
            "menu_online_synchronization"
            if enterprise
            else "menu_online_synchronization_ponto"
        )
        names = [hidden]
        # Readers of the books have core's section for it.
        if self.env.user.has_group("account.group_account_readonly"):
            names.append("menu_bank_transactions_top")
        for name in names:
            menu = self.env.ref(f"account_ponto_sync.{name}", raise_if_not_found=False)
            blacklist = blacklist + menu.ids if menu else blacklist
        return blacklist
