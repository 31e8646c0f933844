"""A world in which a real coding agent has done a whole study, and everything of it has come to its end.

It read pages of a fake internet, measured three candidates and had them diagnosed, wrote beside its workspace,
submitted, and left a process behind that submitted once more. Its round has its last score, and the state has been
synced: while the run went on, and afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from nab.core.facts import CanarySeen, UploadSeen
from nab.models.work import PAGES
from nab.tournament.server import remote
from support.servers import internets
from support.worlds.coding import CodingWorld, coding_world
from support.worlds.sync import git

PACE = ("--rounds-every", "1200", "--window", "1100", "--scoring-day", "0.3")
SYNC = '[sync]\nremote = "{0}"\nbranch = "bench-test"\n'
LEFT = 5  # seconds after which what is left behind submits
# Of what a page says its title alone is printed; these words are nowhere else in the world.
WORDS = ("the-tail-of-a-gnu-outweighs-its-burn", "forty-two-neutral-giraffes")
TITLES = ("Scoring", "Feature neutralization")
PAGE = (
    "<!doctype html><html><head><title>{0}</title></head>\n<body><p>{1}</p>"
    + "<p>era</p>" * 300
    + "</body></html>"
)


class StudiedWorld:
    """Such a world, and where it was synced to."""

    def __init__(self, world: CodingWorld, at_remote: Path) -> None:
        self.world, self.at_remote = world, at_remote

    def play(self) -> None:
        """Let everything happen."""
        world = self.world
        tournament = world.bench.paths.tournament
        if not remote.ask(tournament, "GET", "health")["open"]:
            move_to(tournament, "next_opens")
        self.script("watch_window.py")  # so that the round is known before anything is uploaded in it
        world.begin("codex", "L4")
        world.until(lambda: len(world.facts(UploadSeen)) == 2, 900)
        world.until(lambda: len(world.started()) >= 2 and world.facts(CanarySeen), 300)
        self.script("watch_window.py")
        self.script("sync_to_github.py")
        self.script("stop.py")
        world.wait(lambda: world.run.ended, 300)
        self.script("keep_predictions.py", "--run", world.run.name)
        move_to(tournament, "closes_on_time")
        world.wait(self.has_its_last_score, 600)
        self.script("sync_to_github.py")

    def script(self, name: str, *options: str) -> None:
        done = self.world.script(name, *options)
        assert done.returncode in {0, 75}, done.stdout + done.stderr

    def has_its_last_score(self) -> bool:
        for script in ("watch_window.py", "reconcile.py", "fetch_scores.py"):
            self.script(script)
        return any(row.resolved for row in self.world.bench.standings().rows)


def move_to(tournament: Path, moment: str) -> None:
    """Let the tournament's clock stand a second after a moment that it names."""
    told = remote.ask(tournament, "GET", "health")
    until = datetime.fromisoformat(told[moment]) - datetime.fromisoformat(told["now"])
    remote.move_clock(tournament, until.total_seconds() + 1)


@contextmanager
def studied_world(root: Path) -> Iterator[StudiedWorld]:
    at_remote = root / "remote.git"
    git(root, "init", "--quiet", "--bare", str(at_remote))
    with (
        internets.internet(root) as internet,
        coding_world(f"studies:seconds={LEFT}", *PACE, more=SYNC.format(at_remote)) as world,
    ):
        for address, title, words in zip(PAGES, TITLES, WORDS, strict=True):
            internet.lay(address.removeprefix("https://"), PAGE.format(title, words))
        world.environment = {
            "NAB_TEST_INTERNET": json.dumps(internet.change),
            "NAB_TEST_PATCHES": "canary=yes",
        }
        made = StudiedWorld(world, at_remote)
        made.play()
        yield made
