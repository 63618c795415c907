"""Write docs/commands.md from the command line itself, so that the page never lies.

`python -m pressreview.service.reference docs/commands.md`
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer
from typer.cli import get_docs_for_click


def commands_page() -> str:
    """The reference of every command as Markdown."""
    from ..cli import app  # the command line stands above this folder; read here only to describe it

    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="pressreview")
    text = get_docs_for_click(obj=command, ctx=context, name="pressreview", title="Commands")
    note = "<!-- Made by `make docs` from the command line itself: do not edit. -->\n\n"
    return note + text.strip() + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(commands_page(), encoding="utf-8")
