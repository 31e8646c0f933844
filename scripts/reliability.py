"""Write docs/reliability.md from the reports in docs/measured: no figure of it is by hand."""

from pathlib import Path

import click
import msgspec

from nab import cli
from nab.chaos import reports
from nab.config import Config
from nab.core.errors import NabError
from nab.edges.files import files

HEAD = """# Reliability

    make chaos REPORT=docs/measured/chaos.json    # every fault that this machine can be given; SHORT=1: minutes
    make reliability                              # this page from the reports in docs/measured

This page is written by the second command: no figure on it is by hand. A fault is *survived* where all of its tests ran
here and held, *survived in part* where some could not run here, *not tried* where none could. The list, with the tests
behind each fault, is `lib/nab/chaos/faults.toml`; `lib/nab/chaos/oracle.py` judges what new scenarios leave behind:
the log is intact, derived files are what a rebuild gives, no run was started twice, every entrant has a decision at
every tick, outcomes are the tournament's truth. Mistakes planted in the code (`make mutants`), ways out of a box
(`make test-egress`) and kills of real runs (`make chaos-runs`) have commands of their own and no report here.

## Faults

"""


@click.command(help=__doc__)
@cli.config_option
@cli.reports_errors
def main(config: Config) -> None:
    docs = config.repository / "docs"
    try:
        text = HEAD + reports.document(read(docs / "measured/chaos.json"))
    except OSError:
        raise NabError("there is no report yet", hint="make chaos REPORT=docs/measured/chaos.json") from None
    files.replace_bytes(docs / "reliability.md", text.encode())
    click.echo("docs/reliability.md is written")


def read(path: Path) -> reports.Report:
    return msgspec.json.decode(path.read_bytes(), type=reports.Report)


if __name__ == "__main__":
    main()
