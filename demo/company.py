"""The company, its people, its currencies and its closed period."""

from datetime import timedelta

from odoo import Command

from ..sandbox.demo import parties as who
from ..sandbox.demo.calendar import switch_day
from ..sandbox.demo.rates import rates

TIME_ZONE = "Europe/Brussels"
LANGUAGE = "en_GB"
CHART = "be_comp"
PANELS = ("onboarding_onboarding_account_dashboard",)


def set_up(env, anchor):
    """Turn the main company into the bakery, with a Belgian chart of accounts."""
    company = env.company
    company.partner_id.write(partner_values(env, who.BAKERY))
    company.write(
        {
            "email": "boekhouding@bakkerij-peeters.example",
            # Odoo would ask its makers about the e-mail's domain.
            "iap_enrich_auto_done": True,
        }
    )
    env["account.chart.template"].try_loading(CHART, company, install_demo=False)
    company.write(_fiscal_year(anchor))
    _close_panels(env)
    _stop_mails(env)
    _make_users(env)
    _make_rates(env, anchor)


def partner_values(env, party):
    """Values of the contact of a party of the story."""
    return {
        "name": party.name,
        "street": party.street,
        "zip": party.zip,
        "city": party.city,
        "country_id": env.ref(f"base.{party.country.lower()}").id,
        "vat": party.vat,
        "is_company": not party.is_person,
        "tz": TIME_ZONE,
    }


def close_period(env, anchor):
    """Lock what was closed before Ponto took over: the fiscal year that ended."""
    env.flush_all()
    env.company.fiscalyear_lock_date = switch_day(anchor) - timedelta(days=1)


def _fiscal_year(anchor):
    """The bakery went over to Ponto with a new fiscal year, as accountants advise."""
    last = switch_day(anchor) - timedelta(days=1)
    return {
        "fiscalyear_last_month": str(last.month),
        "fiscalyear_last_day": last.day,
    }


def _close_panels(env):
    for name in PANELS:
        panel = env.ref(f"account.{name}", raise_if_not_found=False)
        if panel:
            panel._search_or_create_progress().action_close()


def _stop_mails(env):
    env["digest.digest"].search([]).action_deactivate()
    env["ir.config_parameter"].set_param("digest.default_digest_emails", False)


def _make_users(env):
    # English with the dates of Europe.
    env["res.lang"]._activate_lang(LANGUAGE)
    env.ref("base.user_root").tz = TIME_ZONE
    first_page = {
        "tz": TIME_ZONE,
        "lang": LANGUAGE,
        "action_id": env.ref("account.open_account_journal_dashboard_kanban").id,
        # OdooBot greets everybody else, and waits for an answer.
        "odoobot_state": "disabled",
    }
    env.ref("base.user_admin").write(
        {
            **first_page,
            "password": "admin",
            "email": "admin@bakkerij-peeters.example",
            "group_ids": [Command.link(env.ref("account.group_account_manager").id)],
        }
    )
    env["res.users"].with_context(no_reset_password=True).create(
        {
            **first_page,
            "name": "Greet Aerts",
            "login": "accountant",
            "password": "accountant",
            "email": "greet@bakkerij-peeters.example",
            "company_id": env.company.id,
            "company_ids": [Command.set(env.company.ids)],
            "group_ids": [
                Command.set(
                    [
                        env.ref("base.group_user").id,
                        env.ref("account.group_account_manager").id,
                    ]
                )
            ],
        }
    )


def _make_rates(env, anchor):
    dollar = env.ref("base.USD")
    dollar.active = True
    dollar.rate_ids.filtered(lambda rate: rate.company_id == env.company).unlink()
    env["res.currency.rate"].create(
        [
            {
                "currency_id": dollar.id,
                "company_id": env.company.id,
                "name": day,
                "rate": float(rate),
            }
            for day, rate in rates(anchor)
        ]
    )
