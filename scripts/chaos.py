"""Try the faults of lib/nab/chaos/faults.toml that this machine can be given, and count what survived and was lost."""

import sys
from pathlib import Path

import click

from nab import cli
from nab.chaos import campaign, faults, places, reports
from nab.config import Config
from nab.core.errors import FAILED
from nab.edges.files import files


@click.command(help=__doc__)
@click.option("--short", is_flag=True, help="Only what needs neither an engine nor minutes.")
@click.option("--machines", is_flag=True, help="Also what makes bare machines and engines of its own.")
@click.option("--fault", "ids", multiple=True, help="Only these: F07.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Keep it as JSON, too.")
@cli.config_option
@cli.reports_errors
def main(short: bool, machines: bool, ids: tuple[str, ...], report: Path | None, config: Config) -> None:
    wanted = faults.named(faults.load(), [id for some in ids for id in some.split()])
    words = " ".join(["make chaos", *["SHORT=1"] * short, *["MACHINES=1"] * machines])
    command = f'{words} FAULT="{" ".join(one.id for one in wanted)}"' if ids else words
    found = campaign.run(
        config.repository, wanted, places.can(short=short, machines=machines), command=command, short=short,
        say=lambda said: click.echo(said, err=True),
    )  # fmt: skip
    if report:
        files.replace_json(report, found)
    click.echo(reports.document(found))
    for one in found.faults:
        for trouble in one.wrong:
            click.echo(f"{one.id}: {trouble}", err=True)
    sys.exit(0 if found.is_clean else FAILED)


if __name__ == "__main__":
    main()
