"""``make screenshots``: a newcomer's walk through a demo of its own.

The demo that a person works in is left alone.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from . import process
from .demo import WALK as DEMO
from .layout import DEV, LOGS, ROOT, Failure, clean_environment, relative, say
from .prepare_odoo import Odoo
from .prepare_python import WALK, prepare_python
from .prepare_system import BROWSERS

DOCS = ROOT / "docs"
PICTURES = DOCS / "images"
DESCRIPTION = ROOT / "static" / "description"
TIMEOUT = 1200  # seconds


def walk(odoo: Odoo, pictures: Path) -> str:
    """Make a demo, walk through it in a browser, remove it.

    :return: what the walk said, a line for each step with its seconds
    :raise Failure: where the newcomer could not go on
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise Failure("Install chromium, then run the same command again.")
    prepare_python(WALK)
    DEMO.remove()
    try:
        at = DEMO.start(odoo)
        words = [at.odoo, at.ponto, pictures, browser]
        log = LOGS / DEMO.name / "walk.log"
        log.unlink(missing_ok=True)
        status = process.run_logged(
            [WALK.python, DEV / "walk_steps.py", *words],
            log,
            env=clean_environment(),
            cwd=ROOT,
            timeout=TIMEOUT,
        )
        said = log.read_text(errors="replace")
        if status != 0:
            raise Failure(f"{said}\nThe walk stopped: see {relative(pictures)}.")
        return said
    finally:
        DEMO.remove()


def take_pictures(odoo: Odoo) -> None:
    """Renew the pictures of the documentation and the apps list, all or none.

    Those that no page shows stay where they were taken.
    """
    taken = LOGS / DEMO.name / "pictures"
    shutil.rmtree(taken, ignore_errors=True)
    said = walk(odoo, taken)
    PICTURES.mkdir(parents=True, exist_ok=True)
    pages = "".join(page.read_text() for page in DOCS.rglob("*.md"))
    description = (DESCRIPTION / "index.html").read_text()
    for path in taken.glob("*.png"):
        if f"images/{path.name})" in pages:
            shutil.copy(path, PICTURES / path.name)
        if f'src="{path.name}"' in description:
            shutil.copy(path, DESCRIPTION / path.name)
    say(f"{said}Pictures are in {relative(PICTURES)}.")
