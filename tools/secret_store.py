"""What opens and binds stored secrets: functions, and nothing that a record leads to.

Templates, server actions and other expressions of users walk from a record to whatever
its methods and attributes give. So no method of a model opens a secret or returns what
holds one, and no record, client or module keeps it.
"""

from . import encryption
from .problem_codes import Obstacle
from .website import api_origin

# Fields that hold ciphertext; see ``ponto.secret.mixin``.
TOKEN = "token_encrypted"  # noqa: S105


def place_of(record, name):
    """Where a secret is stored, and the host it may be sent to."""
    return encryption.Place(
        model=record._name,
        id=record.id,
        field=name,
        host=api_origin(record._get_api_url()),
    )


def seal(record, name, plain, *, may_create_key=False):
    """Ciphertext that is good for this field of this record in this database alone.

    :raise KeyMissing: see :func:`encryption.encrypt`
    :raise KeyNotWritten: see there
    """
    identity = record.env["ponto.database.identity"]._get_identity()
    place = place_of(record, name)
    return encryption.encrypt(plain, identity, place, may_create_key=may_create_key)


def judge(record, name, opened):
    """``misplaced`` (of another record, field or host, or of an older version),
    ``copy`` (stored by or for another database) or False."""
    if opened.place != place_of(record, name):
        return "misplaced"
    own = record.env["ponto.database.identity"]._get_identity()
    return False if opened.identity.is_same(own) else "copy"


def open_stored(record, name):
    """The secret in clear; False where none is stored.

    :raise Obstacle: where it was stored for another place or database
    :raise KeyMissing: when this host cannot read it
    """
    record.ensure_one()
    stored = record.sudo()[name]
    if not stored:
        return False
    opened = encryption.decrypt(stored)
    problem = judge(record, name, opened)
    if problem:
        raise Obstacle(problem)
    return opened.plain


def client_secret_of(record):
    """The client secret of a ``ponto.secret.mixin``; see :func:`open_stored`."""
    return open_stored(record, "client_secret_encrypted")


def store_for_this_database(record, name):
    """What another database stored at this very place becomes this one's."""
    if name == TOKEN:
        # Asked for anew: the original goes on with its own.
        record._forget_token()
        return
    opened = encryption.decrypt(record[name])
    if judge(record, name, opened) == "copy":
        record.write({name: seal(record, name, opened.plain)})


def rotate_value(records, number, name):
    """One value under the first key of this host.

    :return: ``rotated``, ``already``, ``unreadable`` here or ``busy``
    """
    record = records.sudo().browse(number).exists()
    if not record:
        return "already"
    # False while another worker has it; raises 40001 where it was changed after
    # our snapshot, and the unit starts again.
    if not record.try_lock_for_update(allow_referencing=True):
        return "busy"
    stored = record[name]
    if not stored:
        return "already"
    try:
        rotated = encryption.rotate(stored)
    except encryption.KeyMissing:
        return "unreadable"
    if rotated == stored:
        return "already"
    record.write({name: rotated})
    return "rotated"


def bind_old_values(env):
    """Values of older versions belong to where they stand: for the update, and for
    whoever has the server and found the key later. Tokens are asked for anew.

    :return: how many were ``bound``, and how many are ``unreadable`` here
    """
    outcomes = {"bound": 0, "unreadable": 0}
    own = env["ponto.database.identity"]._get_identity()
    for record, name, stored in env["ponto.key"]._get_stored(with_dialogs=True):
        try:
            bound = encryption.bound(stored, own, place_of(record, name))
        except encryption.KeyMissing:
            outcomes["unreadable"] += 1
            continue
        if bound != stored:
            record.write({name: bound})
            outcomes["bound"] += 1
    return outcomes
