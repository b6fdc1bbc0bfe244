"""What came of asking the bank for news, in the reader's language."""

from __future__ import annotations

from .moments import short_moment
from .problems import problem_text


def refresh_text(env, values: dict) -> str:
    """The sentence where an outcome deserves one; else ''.

    :param values: ``refresh``: the outcome; ``again_at``: from when on the bank may
        be asked once more, UTC
    """
    text = TEXTS.get(values.get("refresh"))
    return text(env, values.get("again_at")) if text else ""


def _recently(env, again_at) -> str:
    if again_at:
        return env._(
            "The bank was asked only a few minutes ago. The result shows the "
            "transactions Ponto already had. The bank can be asked again from %s.",
            short_moment(env, again_at),
        )
    return env._(
        "The bank was asked only a few minutes ago. The result shows the "
        "transactions Ponto already had. The bank can be asked again five minutes "
        "after the last time."
    )


def _maintenance(env, again_at) -> str:
    if again_at:
        return env._(
            "The bank is under maintenance until %s. It was not asked; the result "
            "shows the transactions Ponto already had. The rest follows "
            "automatically.",
            short_moment(env, again_at),
        )
    return env._(
        "The bank is under maintenance and was not asked. The result shows the "
        "transactions Ponto already had. The rest follows automatically."
    )


# Outcome -> sentence.
TEXTS = {
    "recently": _recently,
    "no_address": lambda env, _again_at: env._(
        "The bank was not asked: your public IP address is unknown. Banks require "
        "it, and Odoo does not see it. The result shows the transactions Ponto "
        "already had. Your administrator can turn on proxy mode if Odoo is behind a "
        "proxy, or enter the office's public IP address in the settings."
    ),
    "maintenance": _maintenance,
    "slow": lambda env, _again_at: env._(
        "The bank has not answered yet. Its data follows automatically."
    ),
    "authorization": lambda env, _again_at: problem_text(env, "authorization"),
    "bank_trouble": lambda env, _again_at: problem_text(env, "bank_trouble"),
    "unanswered": lambda env, _again_at: env._(
        "Ponto did not accept the request to contact the bank. The result shows the "
        "transactions Ponto already had. No action needed."
    ),
}
