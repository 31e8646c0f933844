"""Make this machine ready: programs, a running engine, and the images. What is there already is left alone."""

from __future__ import annotations

from nab import agents
from nab.actions.boxes import images
from nab.actions.boxes.images import Image
from nab.config import Config
from nab.edges import process
from nab.edges.docker import engine, engine_host
from nab.edges.host import packages as host_packages
from nab.edges.host.progress import step

PROGRAMS = (("git", ("git",)),)


def run(config: Config, agent: str = "") -> list[Image]:
    """Do what is missing, with visible progress; with `agent` only the images that this agent needs."""
    specs = [agents.find(config.images, agent)] if agent else images.of_controls(config)
    prepare_host(config)
    return images.ensure(config, specs)


def prepare_host(config: Config) -> None:
    """Install and start what the harness needs of the machine; quiet when nothing is missing."""
    for program, packages in PROGRAMS:
        if not process.found(program):
            with step(f"installing {program}"):
                host_packages.need(program, packages=packages)
    if engine.ping():
        return
    with step("installing the Docker engine") as installing:
        installing.ends("done" if engine_host.ensure_installed() else "is there already")
    with step("starting the Docker engine") as starting:
        started = engine_host.ensure_running(config.paths.engine_log, starting)
        starting.ends("answers" if started else "runs already")
