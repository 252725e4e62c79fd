"""The `kb` command. Imports of the floors below stand inside the commands, so that `kb --help` is instant."""

from __future__ import annotations

from kb.cli.main import main

__all__ = ["main"]
