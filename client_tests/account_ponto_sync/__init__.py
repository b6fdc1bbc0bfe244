"""The addon's folder as a package without Odoo: ``rules`` imports ``..mapping``."""

from __future__ import annotations

from pathlib import Path

__path__ = [str(Path(__file__).resolve().parent.parent.parent)]
