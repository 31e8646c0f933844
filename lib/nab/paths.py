"""Where things lie: the installation, and all that is under state/ (who writes what: docs/architecture.md)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from nab.core.errors import NabError

LOCKS = "locks"  # the folder of an installation's locks, and of each run's
CARE = "attend"  # the lock of whoever cares for a run
SUBMIT = "submit"  # the lock of whoever fires a run's submit.sh
PARTS = ("scripts", "images")  # what an installation has beside this package


def installation(package: Path = Path(__file__).parent, environment: Path = Path(sys.prefix)) -> Path:
    """Return the folder that holds scripts/ and images/.

    It is the checkout that this package lies in or, where the package was installed from a wheel, the folder
    that holds the virtual environment. Raises NabError where neither has them.
    """
    for folder in (package.resolve().parents[1], environment.absolute().parent):
        if all((folder / part).is_dir() for part in PARTS):
            return folder
    raise NabError(
        f"no scripts and images beside {environment}",
        hint="make the virtual environment in the folder that holds scripts/ and images/",
    )


@dataclass(frozen=True, repr=False)
class AgentFolder:
    """A folder that an agent can write to, or that has such folders in it. It is no path: nothing opens it by its name.

    What lies in it is the agent's, links among it, and is reached by `nab.edges.untrusted` alone. The folder's
    `own_path` is ours: where it is mounted, and what is mounted into a box. Nothing is ever put behind it.
    """

    own_path: Path

    def inside(self, name: str) -> AgentFolder:
        """Return the folder of that name on a run's disk: one that its agent has a mount of."""
        return AgentFolder(self.own_path / name)

    def __repr__(self) -> str:
        return f"<the agent's folder {self.own_path}>"

    __str__ = __repr__


@dataclass(frozen=True)
class Locks:
    """A folder with locks, one a duty."""

    root: Path

    def lock(self, duty: str) -> Path:
        """The lock that whoever has this duty holds."""
        return self.root / LOCKS / duty


class RunPaths(Locks):
    """What is recorded of one run."""

    @property
    def workspace(self) -> AgentFolder:
        """The agent's own folder, mounted at /workspace. A link of ours into its disk."""
        return AgentFolder(self.root / "workspace")

    @property
    def disk(self) -> AgentFolder:
        """All that the agent can write but its outbox. Where its size is fixed, a file system is mounted here."""
        return AgentFolder(self.root / "disk")

    @property
    def disk_image(self) -> Path:
        """The file that holds it, where its size is fixed."""
        return self.root / "disk.img"

    @property
    def outbox_image(self) -> Path:
        """The outbox's own: a full workspace leaves room for what is said of it."""
        return self.root / "outbox.img"

    @property
    def history(self) -> Path:
        """The git directory that holds the workspace's history; the agent never sees it."""
        return self.root / "workspace.git"

    @property
    def elsewhere(self) -> Path:
        """The git directory that holds what the agent wrote beside its workspace: in its home, /tmp and /var/tmp."""
        return self.root / "elsewhere.git"

    @property
    def packages(self) -> Path:
        """What is installed in the box, a line each time that it changes."""
        return self.root / "packages.jsonl"

    @property
    def http(self) -> Path:
        """The run's calls, a line each. Its folder is the proxy's alone."""
        return self.root / "calls" / "http.jsonl"

    @property
    def bodies(self) -> Path:
        """The bodies that are kept of them."""
        return self.root / "calls" / "bodies.jsonl"

    @property
    def pages(self) -> Path:
        """The texts that the agent read, each once by its SHA-256. Never published."""
        return self.root / "calls" / "pages"

    @property
    def uploads(self) -> Path:
        """What the agent put to Numerai's storage, until it is worked up. Never published."""
        return self.root / "calls" / "uploads"

    @property
    def predictions(self) -> Path:
        """What is kept of that: submissions whole, of files for diagnostics a sketch. Never published."""
        return self.root / "predictions"

    @property
    def predictions_list(self) -> Path:
        """A line for every upload: how it is kept, and why where it is not."""
        return self.root / "predictions" / "uploads.jsonl"

    @property
    def scan(self) -> Path:
        """What of the record of calls is about diagnostics, and how far it was read; derived."""
        return self.root / "diagnostics.json"

    @property
    def diagnoses(self) -> Path:
        """Numerai's whole answers on what the agent had diagnosed, by their hash. Never published."""
        return self.root / "diagnoses"

    @property
    def har(self) -> Path:
        """The calls as an HTTP archive, derived."""
        return self.root / "calls.har"

    @property
    def resources(self) -> Path:
        return self.root / "resources.jsonl"

    @property
    def processes(self) -> Path:
        """What befell the processes of the box, a line each time."""
        return self.root / "procs.jsonl"

    @property
    def process_ledger(self) -> Path:
        """Which processes live, as last seen; for whoever goes on looking."""
        return self.root / "processes.json"

    @property
    def engine_events(self) -> Path:
        """What the engine told of the box, a line an event: killed, stopped, out of memory, ended."""
        return self.root / "engine-events.jsonl"

    @property
    def output(self) -> Path:
        """What the agent's program printed."""
        return self.root / "agent.log"

    @property
    def log(self) -> Path:
        """What our own sidecars printed."""
        return self.root / "harness.log"

    @property
    def record(self) -> Path:
        """run.json, derived: the whole run at a glance."""
        return self.root / "run.json"

    @property
    def control(self) -> Path:
        """Mounted read-only at /run/nab: what the box is started for."""
        return self.root / "control"

    @property
    def home(self) -> AgentFolder:
        """The home folder of a coding agent, mounted at /home/agent. Its transcripts are there. A link, too."""
        return AgentFolder(self.root / "home")

    @property
    def outbox(self) -> AgentFolder:
        """Mounted at /run/nab-out: what the programs of a coding agent's sessions print, a folder a session."""
        return AgentFolder(self.root / "outbox")

    @property
    def sessions(self) -> Path:
        """Our own copies of what sessions print and of their transcripts, taken while they grow."""
        return self.root / "sessions"

    @property
    def copied(self) -> Path:
        """How much of its share the newest session's copies have had; derived."""
        return self.root / "copied.json"

    @property
    def clients(self) -> Path:
        """Which programs in the agent's image trust the proxy."""
        return self.root / "clients.json"

    @property
    def submissions(self) -> Path:
        """What each firing of submit.sh printed."""
        return self.root / "submissions"

    @property
    def replay(self) -> Path:
        """What it predicted on sealed eras, and what each firing printed."""
        return self.root / "replay"


@dataclass(frozen=True)
class Paths(Locks):
    """The state of one installation."""

    site: Path

    @property
    def events(self) -> Path:
        return self.root / "events"

    @property
    def checkpoint(self) -> Path:
        """What of the event log is still under way, derived."""
        return self.root / "checkpoint.jsonl"

    @property
    def scheduler_lock(self) -> Path:
        return self.root / "sched.lock"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def entrants(self) -> Path:
        return self.root / "entrants"

    @property
    def rounds(self) -> Path:
        return self.root / "rounds"

    @property
    def health(self) -> Path:
        """Whether all is well, since when, and why not. For monitors."""
        return self.root / "health.json"

    @property
    def claims(self) -> Path:
        """A file for each version of each claim, derived."""
        return self.root / "claims"

    @property
    def contract(self) -> Path:
        """What came of the last comparison of Numerai's API with what is expected of it."""
        return self.root / "contract.json"

    @property
    def figures(self) -> Path:
        """What Prometheus reads, derived."""
        return self.root / "metrics.prom"

    @property
    def format(self) -> Path:
        """Which form the folder has (core/upkeep/state_format.py)."""
        return self.root / "format.json"

    @property
    def overview(self) -> Path:
        """What make status shows, derived."""
        return self.root / "overview.json"

    @property
    def doors(self) -> Path:
        """What the light doors show, derived."""
        return self.root / "doors.json"

    @property
    def site_history(self) -> Path:
        """The git directory of what was published to a branch."""
        return self.root / "site.git"

    @property
    def pages(self) -> Path:
        """What the site's pages rest on, derived by whoever builds it."""
        return self.root / "pages.json"

    @property
    def alarms(self) -> Path:
        """Which alarms were told, since when. The dead-man's own file: it works without the log."""
        return self.root / "alarms.json"

    @property
    def proofs(self) -> Path:
        """What was proved once and holds for the same images, engine and recipe."""
        return self.root / "proofs"

    def client_proof(self, name: str) -> Path:
        """The proof that the clients of an image trust the proxy, by what exactly it is of."""
        return self.proofs / f"clients-{name}.json"

    @property
    def trust(self) -> Path:
        """The proxy's certificate authority. Its private key is here and nowhere else."""
        return self.root / "trust"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def tournament(self) -> Path:
        """The local tournament's own folder: account, dataset, socket."""
        return self.root / "tournament"

    @property
    def models(self) -> Path:
        """The scripted models' own folder: ledger, socket."""
        return self.root / "models"

    @property
    def sync(self) -> Path:
        """The mirror of what goes to the git remote, and how far that has got."""
        return self.root / "sync"

    @property
    def store(self) -> Path:
        """The results store: a folder a table, in it one a run. Never published."""
        return self.root / "results" / "store"

    @property
    def store_views(self) -> Path:
        """Its tables, for DuckDB: questions to those files and to records that grow; derived."""
        return self.store / "views.duckdb"

    @property
    def store_log(self) -> Path:
        """The lines of closed segments of the event log that claims and the table of results rest on; derived."""
        return self.store / "log"

    @property
    def engine_log(self) -> Path:
        return self.root / "engine.log"

    def run(self, name: str) -> RunPaths:
        return RunPaths(self.runs / name)
