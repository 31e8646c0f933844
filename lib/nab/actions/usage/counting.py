"""Write down what a run uses of its models: what the proxy saw, and beside it what the agent's program counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from nab import agents
from nab.actions.bench import Bench
from nab.actions.usage.own_counts import own_counts
from nab.config import Config
from nab.core.agents.adapters import Adapter
from nab.core.facts import Counts, UsageCounted
from nab.core.log.events import Draft
from nab.core.recording.calls import lines
from nab.core.runs.runs import Run
from nab.core.usage import prices
from nab.core.usage.costs import named
from nab.core.usage.prices import Prices
from nab.core.usage.provider_waits import quiet_seconds
from nab.core.usage.token_sums import Sums
from nab.edges.files import locks, records
from nab.operator_files import text_of

DUTY = "usage"  # the lock of whoever counts
WAIT_SECONDS = 60.0
PRICES = Path(__file__).with_name("price_list.toml")


def count(bench: Bench, run: Run, session: str) -> None:
    """Write down what the run used since its last count, one fact a model. Doing it again does no harm."""
    with locks.held(
        bench.run(run.name).lock(DUTY), what=f"the count of {run.name}", wait_seconds=WAIT_SECONDS
    ):
        counted = facts_of(bench, run.name)
        bench.log.append_all([*missing(bench, run, counted), *fresh(bench, run, counted, session)])


def missing(bench: Bench, run: Run, counted: list[UsageCounted]) -> list[Draft]:
    """Return the facts of the last count again: a power cut may have left a part of them. Known ones stay."""
    places = sorted({fact.upto for fact in counted})
    if not places:
        return []
    session = next(fact.session for fact in counted if fact.upto == places[-1])
    return stretch(bench, run, session, (places[-2] if len(places) > 1 else 0, places[-1]))


def fresh(bench: Bench, run: Run, counted: list[UsageCounted], session: str) -> list[Draft]:
    """Return the facts of what came since."""
    return stretch(bench, run, session, (place_of(counted), None))


def stretch(bench: Bench, run: Run, session: str, places: tuple[int, int | None]) -> list[Draft]:
    """Sum up the record between two places (bytes), or to the end of its last whole line."""
    sums, upto = summed(bench, run.name, *places)
    return [
        Draft(
            fact=fact,
            id=f"{run.name}:usage:{places[0]}-{upto}:{fact.provider}/{fact.model}",
            entrant=run.entrant,
            run=run.name,
        )
        for fact in sums.facts(session, upto)
    ]


def summed(bench: Bench, run: str, place: int, end: int | None = None) -> tuple[Sums, int]:
    """Sum up a run's record from a place on; return where that ends, too."""
    sums = Sums(price_list(bench.config))
    upto = place
    for at, line in records.lines_after(bench.run(run).http, place):
        if end is not None and at >= end:
            break
        sums.see(line)
        upto = at + len(line) + 1
    return sums, upto


def facts_of(bench: Bench, run: str) -> list[UsageCounted]:
    """Return what the log has of the proxy's counts of a run."""
    facts = (event.fact for event in bench.log.events() if event.run == run)
    return [fact for fact in facts if isinstance(fact, UsageCounted) and fact.answers]


def place_of(counted: Iterable[UsageCounted]) -> int:
    """Return how far (bytes) a record is counted."""
    return max((fact.upto for fact in counted), default=0)


def final(bench: Bench, run: Run) -> None:
    """Count what is left when a run has ended, and write down what the agent's program counted itself."""
    session = run.sessions[-1].name if run.sessions else ""
    count(bench, run, session)
    adapter = program_of(bench, run)
    if adapter is None:
        return
    counted = facts_of(bench, run.name)
    answered = [fact.model for fact in counted if fact.provider == adapter.provider]
    bench.log.append_all(
        [
            own_draft(run, session, fact)
            for fact in own_facts(bench, run.name, adapter, answered, place_of(counted))
        ]
    )


def program_of(bench: Bench, run: Run) -> Adapter | None:
    """Return how the run's agent is driven; None for a control, and for an agent that is no more."""
    known = agents.agents(bench.config.images)
    return next((spec.cli for spec in known if spec.name == run.intended.agent), None)


def own_draft(run: Run, session: str, fact: UsageCounted) -> Draft:
    """Return what is appended of a program's own count: once, unless it counts something else later."""
    own = fact.own or Counts()
    key = f"{run.name}:usage:own:{fact.upto}:{own.input}-{own.output}:{fact.provider}/{fact.model}"
    return Draft(fact=fact, id=key, entrant=run.entrant, run=run.name)


def own_facts(
    bench: Bench, run: str, adapter: Adapter, answered: Iterable[str], upto: int
) -> Iterator[UsageCounted]:
    """Yield what the agent's program counted, by model."""
    for model, counts in sorted(named(own_counts(bench.run(run), adapter), answered).items()):
        yield UsageCounted(
            session="",
            provider=adapter.provider,
            model=model,
            answers=0,
            cut=0,
            counts=Counts(),
            upto=upto,
            own=counts,
        )


def price_list(config: Config) -> Prices:
    """Return the price list that is in force: ours, and over it the operator's prices.toml beside nab.toml."""
    ours = prices.read(PRICES.read_text(encoding="utf-8"), PRICES.name)
    file = config.file.resolve().parent / "prices.toml"
    found = prices.joined(ours, prices.read(text_of(file), str(file))) if file.exists() else ours
    return prices.lent(found, {name: one.prices for name, one in config.own_providers.items()})


def quiet(bench: Bench, run: Run, session: str, began: datetime, ended: datetime) -> float:
    """Return how long (seconds) a session's program slept because its provider had turned it away."""
    counted = facts_of(bench, run.name)
    place = place_of(fact for fact in counted if fact.session != session)
    record = records.lines_after(bench.run(run.name).http, place)
    told = lines.calls(line for _, line in record if lines.MODELS.matches(line))
    return quiet_seconds(told, began, ended)
