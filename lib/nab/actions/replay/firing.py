"""Fire a frozen artifact on every sealed era, in order, in one box that stays warm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from nab.actions.bench import Bench
from nab.actions.boxes import proxy
from nab.actions.windows import submit
from nab.core.replay.cut import Cut
from nab.core.runs.runs import Run
from nab.core.text import names
from nab.edges import clock
from nab.edges.docker import boxes, engine, networks
from nab.edges.files import files
from nab.tournament.server import remote

SESSION = "replay"
OUTPUTS = (
    "{era:04d}.log",
    "{era:04d}.again.log",
)  # of each attempt: a machine's hiccup is no artifact's failure
Fire = Callable[[int, str], str]  # a round, and where its output is kept -> why it failed, or empty
Next = Callable[[], int]  # open the next era's round -> its number


def through(cut: Cut, following: Next, fire: Fire) -> tuple[dict[int, int], dict[int, str]]:
    """Fire on each era, oldest first, again where that failed; return its round, and why. A failure stops nothing."""
    rounds, failed = dict[int, int](), dict[int, str]()
    for era in cut.eras:
        rounds[era] = following()
        for output in OUTPUTS:
            why = fire(rounds[era], output.format(era=era))
            if not why:
                break
        else:
            failed[era] = why
    return rounds, failed


def on_sealed_eras(bench: Bench, run: Run, cut: Cut) -> tuple[dict[int, int], dict[int, str]]:
    """Open the sealed eras, fire on each, and close them again, whatever happens."""
    root = bench.paths.tournament
    with warm_box(bench, run) as box:
        remote.seal(root, opened=True)
        try:
            return through(cut, partial(next_round, bench), partial(fired, bench, run, box))
        finally:
            remote.seal(root, opened=False)


def next_round(bench: Bench) -> int:
    """Have the next sealed era's round open; return its number."""
    remote.advance(bench.paths.tournament, until="open")
    return int(remote.ask(bench.paths.tournament, "GET", "health")["round"])


@contextmanager
def warm_box(bench: Bench, run: Run) -> Iterator[boxes.Box]:
    """Start a run's box and its proxy once, for all firings, and put both away again."""
    with engine.in_words():
        box = bench.agent_box(run.name) or submit.made_again(bench, run.name)
        with proxy.beginning(bench, run, SESSION, light=True) as until_it_is_ready:
            networks.attach(bench.engine, names.network_name(run.name), box.id)
            started = boxes.start(bench.engine, box.id)
            until_it_is_ready()
    try:
        yield started
    finally:
        submit.put_away(bench, run.name, box)


def fired(bench: Bench, run: Run, box: boxes.Box, number: int, output: str) -> str:
    """Run submit.sh once in the warm box; return why it failed, or nothing."""
    seconds = bench.config.settings.limits.submit_minutes * 60
    argv = ["timeout", "--kill-after=5", f"{seconds:.0f}", f"./{submit.SCRIPT}"]
    with engine.in_words():
        stream, execution = boxes.execute(bench.engine, box.id, argv, {"NAB_ROUND": str(number)})
        with clock.after(seconds + submit.BEYOND_SECONDS, partial(boxes.stop, bench.engine, box.id, 2)):
            files.replace_stream(bench.run(run.name).replay / output, stream, at_most=submit.KEPT_BYTES)
            code = boxes.exit_code(bench.engine, execution)
    return "" if code == 0 else f"submit.sh ended with {code}" if code is not None else "submit.sh was ended"
