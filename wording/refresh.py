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
            "The bank was asked only a few minutes ago; this is what Ponto already "
            "had. It can be asked again from %s on.",
            short_moment(env, again_at),
        )
    return env._(
        "The bank was asked only a few minutes ago; this is what Ponto already "
        "had. It can be asked again five minutes after the last time."
    )


def _maintenance(env, again_at) -> str:
    if again_at:
        return env._(
            "The bank works on its systems until %s and was not asked; this is what "
            "Ponto already had. The rest follows by itself.",
            short_moment(env, again_at),
        )
    return env._(
        "The bank works on its systems and was not asked; this is what Ponto "
        "already had. The rest follows by itself."
    )


# Outcome -> sentence.
TEXTS = {
    "recently": _recently,
    "no_address": lambda env, _again_at: env._(
        "The bank was not asked: Odoo does not see your public address, which "
        "banks want to know; this is what Ponto already had. Your administrator "
        "can switch on proxy mode if Odoo stands behind a proxy, or enter the "
        "office's public address in the settings."
    ),
    "maintenance": _maintenance,
    "slow": lambda env, _again_at: env._(
        "The bank has not answered yet; what it sends follows by itself."
    ),
    "authorization": lambda env, _again_at: problem_text(env, "authorization"),
    "bank_trouble": lambda env, _again_at: problem_text(env, "bank_trouble"),
    "unanswered": lambda env, _again_at: env._(
        "Ponto did not take the request to ask the bank; "
        "this is what Ponto already had. Nothing for you to do."
    ),
}
