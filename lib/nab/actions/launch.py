"""Start a run: intent before effect, the box's id before its start, nothing twice."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Any

import click
import msgspec

from nab import agents, prompts
from nab.actions import (
    accounting,
    attend,
    git_watcher,
    images,
    preflight,
    prompt,
    publish,
    run_disks,
    surroundings,
    tidy,
    working_box,
)
from nab.actions.bench import Bench
from nab.actions.turns import slot_name
from nab.agents import AgentSpec
from nab.config import Config, Entrant
from nab.core import levels, times
from nab.core.errors import BUSY, NabError
from nab.core.facts import Cause, Ending, RunAdopted, RunCreated, RunEnded, RunIntended, RunStarted
from nab.core.levels import Level
from nab.core.names import entrant_name, run_name
from nab.core.runs import Run, RunState, runs, unfinished
from nab.edges import boxes, cli_packages, clock, image_builds, keys, numerai, proxy_box
from nab.edges.state_folder import self_test

LEFT = 130  # what a shell says of a program that Ctrl-C ended


def chosen(config: Config, agent: str, level: str) -> Entrant:
    """Return the entrant that AGENT and LEVEL name, if it can be launched. Raises NabError that lists the choices."""
    known = {spec.name: spec for spec in agents.agents(config.images)}
    if agent not in known:
        raise NabError(
            f"no agent {agent!r}" if agent else "no AGENT given", hint=f"agents: {', '.join(known)}"
        )
    wanted, adapter = levels.parse(level), known[agent].cli
    if adapter is None and wanted is not Level.L3:
        raise NabError(
            f"{agent} is a program of ours and knows no {level}", hint=f"make run AGENT={agent} LEVEL=L3"
        )
    entrant = config.entrant(entrant_name(agent, wanted))
    if adapter:
        keys.for_agent(config, adapter)
    return entrant


def checked(config: Config, agent: str, level: str) -> Entrant:
    """Return the entrant, if it can be launched on this machine now."""
    entrant = chosen(config, agent, level)
    preflight.check(Bench(config, "launch"))
    return entrant


def launch(config: Config, agent: str, level: str) -> Run:
    """Run an entrant from its start to its end, and enrol it. Returns the run as it ended.

    A run that lost its launcher is adopted first: if it is the same entrant's, that is the launch.
    Raises NabError (busy) when another run holds the slot.
    """
    bench = Bench(config, "launch")
    entrant = chosen(config, agent, level)
    self_test(bench.paths.root)
    preflight.check(bench)
    intended = intent(bench, entrant)
    with ExitStack() as care:
        with bench.deciding():
            tidy.repair(bench)
            run = lost(bench, entrant) or plan(bench, entrant, intended)
            care.enter_context(attend.caring(bench, run.name))
            bring_up(bench, run)
        publish.publish(bench)
        return follow(bench, run)


def follow(bench: Bench, run: Run) -> Run:
    """Stay with the run; whoever leaves it by Ctrl-C is told that it goes on."""
    try:
        return attend.follow(bench, run.name)
    except KeyboardInterrupt:
        hint = "make stop ends it; the next tick of the watcher, or the same make run, takes it over"
        raise NabError(f"you left {run.name}, which goes on", hint=hint, exit_code=LEFT) from None


def adopt(config: Config, name: str) -> Run:
    """Take over the care of an unfinished run whose launcher is gone. Raises NabError (busy) if it is cared for."""
    bench = Bench(config, "adopt")
    with ExitStack() as care:
        with bench.deciding():
            run = runs(bench.log.events()).get(name)
            if run is None or run.state is RunState.ENDED:
                raise NabError(f"no unfinished run {name}", hint="make status")
            care.enter_context(attend.caring(bench, name))
            bench.log.append(RunAdopted(found=run.state.value), entrant=run.entrant, run=name)
            bring_up(bench, run)
        return attend.follow(bench, name, show=False)  # nobody is there to read it


def intent(bench: Bench, entrant: Entrant) -> RunIntended:
    """Gather what the run will be made of. Raises NabError for whatever is missing, before anything is written."""
    settings = bench.config.settings
    ids = numerai.connect(bench.config).models()
    if entrant.model not in ids:
        raise NabError(
            f"the Numerai account has no model {entrant.model}", hint=f"its models: {', '.join(sorted(ids))}"
        )
    spec = agents.find(bench.config.images, entrant.agent)
    names = (spec.image, proxy_box.IMAGE, images.BASE)
    built = [image_builds.image_digest(bench.engine, name) for name in names]
    return RunIntended(
        agent=entrant.agent,
        level=entrant.level,
        model=entrant.model,
        model_id=ids[entrant.model],
        image=built[0].id,
        digests={one.name: one.id for one in built}
        | {f"{one.name} from": d for one in built for d in one.repo_digests},
        budget_seconds=None if entrant.level is Level.L4 else settings.limits.active_hours * 3600,
        objective_sha256=prompts.fingerprint(prompts.objective(settings.objective.metric, entrant.model)),
        slot=slot_name(bench.config),
        siblings={name: id for name, id in ids.items() if name != entrant.model},
        **run_disks.promised(bench),
        **made_of(bench, entrant, spec),
    )


def made_of(bench: Bench, entrant: Entrant, spec: AgentSpec) -> dict[str, Any]:
    """Return what is on record of a coding agent beside its image: its model, its prompt, its program's package."""
    if spec.cli is None:
        return {}
    accounting.price_list(bench.config)
    program = cli_packages.installed(bench.engine, spec.image)
    asked = prompt.of(bench.config, entrant)
    return {
        "llm": spec.cli.model,
        "prompt_version": asked.version,
        "prompt_sha256": asked.sha256,
        "program": msgspec.to_builtins(program) if program else {},
        "scripted": bench.config.settings.models.kind == "scripted",
        "tells_leftovers": bench.config.settings.sessions.tell_leftovers,
    }


def lost(bench: Bench, entrant: Entrant) -> Run | None:
    """Return this entrant's unfinished run if nobody cares for it; raises NabError (busy) if another run goes on."""
    for run in unfinished(runs(bench.log.events())):
        if run.entrant != entrant.name or bench.attended(run.name):
            raise NabError(f"{run.name} is running", hint="make status; make stop ends it", exit_code=BUSY)
        bench.log.append(RunAdopted(found=run.state.value), entrant=run.entrant, run=run.name)
        return run
    return None


def plan(bench: Bench, entrant: Entrant, intended: RunIntended) -> Run:
    """Write down that the run is about to be made."""
    if taken := boxes.inspect(bench.engine, intended.slot):
        raise NabError(f"the slot is held by {taken.run or taken.name}", hint="make status", exit_code=BUSY)
    name = run_name(entrant.name, clock.now())
    bench.log.append(intended, entrant=entrant.name, run=name, id=f"{name}:intended")
    return runs(bench.log.events())[name]


def bring_up(bench: Bench, run: Run) -> None:
    """Go on from wherever the run stands until its box runs. Safe to repeat after a crash at any line."""
    box = bench.agent_box(run.name)
    if run.container and box is None:
        return  # the box is gone: whoever follows the run will say so
    if run.state is not RunState.STARTING:
        return
    try:
        run_disks.attach(bench.run(run.name))
        surroundings.up(bench, run, surroundings.WORK)
        box = box or working_box.make(bench, run)
    except NabError as error:
        never_started(bench, run, error)
        raise
    note = partial(bench.log.append, entrant=run.entrant, run=run.name)
    note(RunCreated(container=box.id), id=f"{run.name}:created")
    if box.status == "created":
        git_watcher.look(bench, run.name)  # the history begins before the agent does
        click.echo(working_box.check_clients(bench, run))
        box = boxes.start(bench.engine, box.id)
    started = times.parse(box.started_at)
    note(RunStarted(started_at=box.started_at), valid=started, id=f"{run.name}:started")
    if run.intended.level is Level.L4:
        attend.enrol(bench, run)  # it submits by itself from now on, and has no end


def never_started(bench: Bench, run: Run, error: NabError) -> None:
    """Close a run whose box could not be made, so that it does not block the next one."""
    surroundings.down(bench, run.name)
    ended = RunEnded(ending=Ending.FAILED, cause=Cause.HARNESS, reason=f"not started: {error.message}")
    bench.log.append(ended, entrant=run.entrant, run=run.name, id=f"{run.name}:ended")


def sentence(run: Run) -> str:
    """Say how a run ended, and what comes next."""
    if run.ended is None:
        return f"{run.name} goes on"
    script = "it left submit.sh" if run.ended.submit_script else "it left no submit.sh"
    return f"{run.name}: {run.ended.ending.value} ({run.ended.reason}); {script}"
