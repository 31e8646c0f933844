"""An entrant without an end, as a service: launched or adopted, and waited for while another process has it."""

from __future__ import annotations

import click

from nab.actions.runs import launch
from nab.config import Config
from nab.core import levels
from nab.core.errors import BUSY, NabError
from nab.core.runs.runs import Run
from nab.core.text.names import Choice
from nab.edges import clock
from nab.edges.host import sd_notify

BUSY_SECONDS = 60.0


def keep(config: Config, choice: Choice) -> Run:
    """Launch an entrant at an endless level, or adopt its run, and stay with it. Returns the run as it ended.

    While the slot is taken, or the run cared for by somebody else, it waits. Raises NabError for an entrant whose
    runs have an end: whoever starts us again and again would pay for one after the other.
    """
    entrant = launch.chosen(config, choice)
    if not levels.row(entrant.level).endless:
        hint = f"make run {choice.words} runs it once"
        kept = levels.either(levels.endless())
        raise NabError(f"{entrant.name} has an end: only {kept} is kept going for ever", hint=hint)
    sd_notify.ready(f"launching {entrant.name}")
    told = ""
    while True:
        try:
            return launch.launch(config, choice)
        except NabError as error:
            if error.exit_code != BUSY:
                raise
            if error.message != told:
                told = error.message
                click.echo(f"waiting: {told}")
        sd_notify.alive(f"waiting: {told}")
        clock.pause(BUSY_SECONDS)
