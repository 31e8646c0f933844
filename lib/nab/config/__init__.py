"""What nab.toml may say. Read once, by scripts, and passed on as values: others import it from here."""

from nab.config.contest import Replay, Tournament
from nab.config.entrants import Entrant
from nab.config.outlets import Sync
from nab.config.reading import load
from nab.config.runs import Limits, Recording
from nab.config.settings import Config, Settings
from nab.config.values import Section

__all__ = [
    "Config",
    "Entrant",
    "Limits",
    "Recording",
    "Replay",
    "Section",
    "Settings",
    "Sync",
    "Tournament",
    "load",
]
