"""A traceback that says where a program went wrong, and nothing about anybody's money.

The text of an exception may quote what a bank sent: a name, a message, a number. So it
is kept only of exceptions whose text is about the program, and masked even there.
"""

from __future__ import annotations

import traceback

from ..ponto_client.redaction import redact

# Their texts name attributes, arguments, modules, operators: parts of the program.
ABOUT_THE_PROGRAM = (
    ArithmeticError,
    AttributeError,
    ImportError,
    NameError,
    NotImplementedError,
    RecursionError,
    TypeError,
)
LEFT_OUT = "(text left out: it may quote the bank)"


def redacted_traceback(error: BaseException) -> str:
    """The chain of exceptions that led here, the first one first."""
    return "\n".join(_part(one) for one in _chain(error))


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.insert(0, link)
        hidden = link.__suppress_context__
        link = link.__cause__ or (None if hidden else link.__context__)
    return chain


def _part(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = type(error)
    text = redact(str(error)) if isinstance(error, ABOUT_THE_PROGRAM) else LEFT_OUT
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    return f"Traceback (most recent call last):\n{frames}{name}: {text}".rstrip(": ")
