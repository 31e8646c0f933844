"""Start a run: intent before effect, the box's id before its start, nothing twice."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import click
import msgspec

from nab import agents, prompts
from nab.actions import capacities
from nab.actions.bench import Bench
from nab.actions.boxes import images
from nab.actions.disks import preflight, run_disks
from nab.actions.prompts import task
from nab.actions.recording import makers
from nab.actions.runs import attend, recovery, tracks
from nab.actions.runs import settings as settings_on_record
from nab.actions.runs.ending import run_end
from nab.actions.turns import slot
from nab.actions.turns.scheduler import slot_name
from nab.actions.usage import counting
from nab.agents import AgentSpec
from nab.config import Config, Entrant
from nab.core import levels
from nab.core.errors import BUSY, NabError
from nab.core.facts import RunAdopted, RunIntended
from nab.core.runs.runs import Run, unfinished
from nab.core.runs.states import RunState
from nab.core.text import terminal
from nab.core.text.names import Choice, entrant_name, run_name
from nab.edges import clock
from nab.edges.docker import boxes, cli_packages, image_builds, proxy_box
from nab.edges.files.state_folder import self_test
from nab.edges.numerai import api
from nab.edges.secrets import keys
from nab.tournament.server import remote

LEFT = 130  # what a shell says of a program that Ctrl-C ended


def chosen(config: Config, choice: Choice) -> Entrant:
    """Return the entrant that is meant, if it can be launched. Raises NabError that lists the choices."""
    agent, level, replica = choice
    known = {spec.name: spec for spec in agents.agents(config.images)}
    if agent not in known:
        raise NabError(
            f"no agent {agent!r}" if agent else "no AGENT given", hint=f"agents: {', '.join(known)}"
        )
    wanted, adapter = levels.parse(level), known[agent].cli
    if adapter is None and not levels.row(wanted).controls:
        hint = f"make run AGENT={agent} LEVEL={levels.either(levels.of_controls())}"
        raise NabError(f"{agent} is a program of ours and knows no {level}", hint=hint)
    entrant = config.entrant(entrant_name(agent, wanted, replica))
    refuse_idle(entrant, known[agent], config.file)
    if adapter:
        keys.for_agent(config, adapter)
    return entrant


def refuse_idle(entrant: Entrant, spec: AgentSpec, file: Path) -> None:
    """Raise NabError for a setting of an entrant that its agent can do nothing with."""
    if entrant.llm_model is not None and spec.cli is None:
        raise NabError(
            f"{file}: {entrant.name} is a program of ours and has no llm_model", hint="leave it out"
        )
    if entrant.seed is not None and not spec.reads_seed:
        raise NabError(f"{file}: {spec.name} knows no seed, and {entrant.name} has one", hint="leave it out")


def checked(config: Config, choice: Choice, track: str = "") -> Entrant:
    """Return the entrant, if it can be launched on this machine now."""
    entrant = chosen(config, choice)
    tracks.refuse(track, entrant.level)
    preflight.check(Bench(config, "launch", recent=True))
    return entrant


def launch(config: Config, choice: Choice, *, wait: bool = True, track: str = "") -> Run:
    """Run an entrant from its start to its end, and enrol it. Returns the run as it ended.

    A run of the entrant that lost its launcher is adopted: that is the launch. Where another run has the slot it waits
    for its turn. Raises NabError (busy) when a run of the entrant goes on, and without `wait` when any does.
    """
    bench = Bench(config, "launch", recent=True)
    entrant = chosen(config, choice)
    tracks.refuse(track, entrant.level)
    self_test(bench.paths.root)
    preflight.check(bench)
    intended, cut = intent(bench, entrant), tracks.cut(bench, track)
    if track:
        intended = msgspec.structs.replace(intended, track=track, cut=cut)
    if lacking := capacities.beyond(config):
        click.echo(lacking, err=True)
    with ExitStack() as care:
        with bench.deciding():
            recovery.repair(bench)
            makers.note(bench)
            run = lost(bench, entrant, wait=wait) or plan(bench, entrant, intended)
            care.enter_context(attend.caring(bench, run.name))
        return follow(bench, run)


def follow(bench: Bench, run: Run) -> Run:
    """Stay with the run; whoever leaves it by Ctrl-C is told that it goes on, or that it never began."""
    try:
        return attend.follow(bench, run.name)
    except KeyboardInterrupt:
        if run_end.gave_up_its_place(bench, run.name):
            raise NabError(f"{run.name} no longer waits; nothing was started", exit_code=LEFT) from None
        hint = "make stop ends it; the next tick of the watcher, or the same make run, takes it over"
        raise NabError(f"you left {run.name}, which goes on", hint=hint, exit_code=LEFT) from None


def adopt(config: Config, name: str) -> Run:
    """Take over the care of an unfinished run whose launcher is gone. Raises NabError (busy) if it is cared for."""
    bench = Bench(config, "adopt", recent=True)
    with ExitStack() as care:
        with bench.deciding():
            run = bench.runs().get(name)
            if run is None or run.state is RunState.ENDED:
                raise NabError(f"no unfinished run {name}", hint="make status")
            care.enter_context(attend.caring(bench, name))
            bench.log.append(RunAdopted(found=run.state.value), entrant=run.entrant, run=name)
        return attend.follow(bench, name, show=False)  # nobody is there to read it


def account_models(bench: Bench, entrant: Entrant) -> dict[str, str]:
    """Return the ids of the account's models by name, the entrant's among them. A local account is given a newcomer's.

    Raises NabError where it is missing.
    """
    ids = api.connect(bench.config).models()
    if entrant.model not in ids and bench.config.settings.tournament.kind == "local":
        with suppress(NabError):  # where another tournament than this state folder's answers
            ids[entrant.model] = remote.give_model(bench.paths.tournament, entrant.model)
    if entrant.model not in ids:
        raise NabError(
            f"the Numerai account has no model {entrant.model}", hint=f"its models: {', '.join(sorted(ids))}"
        )
    return ids


def intent(bench: Bench, entrant: Entrant) -> RunIntended:
    """Gather what the run will be made of. Raises NabError for whatever is missing, before anything is written."""
    settings, gets = bench.config.settings, capacities.promised(bench.config)
    ids = account_models(bench, entrant)
    spec = agents.find(bench.config.images, entrant.agent)
    names = (spec.image, proxy_box.IMAGE, images.BASE)
    built = [image_builds.image_digest(bench.engine, name) for name in names]
    images.user_of(bench.engine, spec.image)
    return RunIntended(
        agent=entrant.agent,
        level=entrant.level,
        model=entrant.model,
        model_id=ids[entrant.model],
        image=built[0].id,
        digests={one.name: one.id for one in built}
        | {f"{one.name} from": d for one in built for d in one.repo_digests},
        budget_seconds=settings.limits.active_hours * 3600 if levels.row(entrant.level).limited else None,
        objective_sha256=prompts.fingerprint(prompts.objective(settings.objective.metric, entrant.model)),
        slot=slot_name(bench.config, entrant.slot),
        gpus=bench.config.slot(entrant.slot).gpus,
        siblings={name: id for name, id in ids.items() if name != entrant.model},
        replica=entrant.replica or "",
        seed=entrant.seed,
        cpus=gets.cpus,
        memory_gib=gets.memory_gib,
        **run_disks.promised(bench),
        **settings_on_record.ordered(bench.config.settings, spec),
        **made_of(bench, entrant, spec, gets.memory_gib),
    )


def made_of(bench: Bench, entrant: Entrant, spec: AgentSpec, memory_gib: float) -> dict[str, Any]:
    """Return what is on record of a coding agent beside its image: its model, its prompt, its program's package."""
    if spec.cli is None:
        return {}
    counting.price_list(bench.config)
    program = cli_packages.installed(bench.engine, spec.image)
    asked = task.of(bench.config, entrant.level, entrant.model, memory_gib)
    return {
        "llm": entrant.llm_model or spec.cli.model,
        "prompt_version": asked.version,
        "prompt_sha256": asked.sha256,
        "program": msgspec.to_builtins(program) if program else {},
        "scripted": bench.config.settings.models.kind == "scripted",
        "tells_leftovers": bench.config.settings.sessions.tell_leftovers,
    }


def lost(bench: Bench, entrant: Entrant, *, wait: bool) -> Run | None:
    """Return this entrant's unfinished run if nobody cares for it. Raises NabError (busy) as `launch` does."""
    for run in unfinished(bench.runs()):
        own = run.entrant == entrant.name
        if (own and bench.attended(run.name)) or not (own or wait):
            raise NabError(
                f"{run.name} is {run.state.value}", hint="make status; make stop ends it", exit_code=BUSY
            )
        if own:
            bench.log.append(RunAdopted(found=run.state.value), entrant=run.entrant, run=run.name)
            return run
    return None


def plan(bench: Bench, entrant: Entrant, intended: RunIntended) -> Run:
    """Write down that the run is wanted. Raises NabError (busy) where somebody has the slot whom we cannot wait for."""
    taken = boxes.inspect(bench.engine, intended.slot)
    if taken and not slot.is_ours(bench, taken):
        holder = taken.run or taken.name
        raise NabError(
            f"the slot is held by {holder}, which is no run of ours", hint="make lock", exit_code=BUSY
        )
    refuse_anothers_model(bench, entrant, intended.model_id)
    name = run_name(entrant.name, clock.now())
    bench.log.append(intended, entrant=entrant.name, run=name, id=f"{name}:intended")
    return bench.runs()[name]


def refuse_anothers_model(bench: Bench, entrant: Entrant, model_id: str) -> None:
    """Raise NabError where another entrant submits to that model, or is about to: Numerai could not tell them apart."""
    enrolled = [(one.entrant, one.enrolled.model_id) for one in bench.standings().enrolments.values()]
    going_on = [(run.entrant, run.intended.model_id) for run in unfinished(bench.runs())]
    for name, theirs in (*enrolled, *going_on):
        if theirs == model_id and name != entrant.name:
            hint = f"every entrant has its own model: give {entrant.name} another one"
            raise NabError(f"{name} submits to the model {entrant.model}, by the event log", hint=hint)


def sentence(run: Run) -> str:
    """Say how a run ended, and what comes next."""
    if run.ended is None:
        return f"{run.name} goes on"
    script = "it left submit.sh" if run.ended.submit_script else "it left no submit.sh"
    return f"{run.name}: {run.ended.ending.value} ({terminal.one_line(run.ended.reason)}); {script}"
