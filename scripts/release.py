"""Build a release of the last commit: one tarball with all that a machine needs."""

from pathlib import Path

import click

from nab import cli
from nab.actions.releases import build, signature
from nab.config import Config


@click.command(help=__doc__)
@cli.config_option
@click.option(
    "--python", default="", help="The target's version of Python, such as 3.13; this one's by default."
)
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), default=Path("dist"), show_default=True
)
@click.option(
    "--dirty", is_flag=True, help="Leave out changes that are in no commit, and say so in its name."
)
@click.option(
    "--sign", default="", help="A private key of ssh; hosts that bring releases themselves ask for it."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@cli.reports_errors
def main(  # noqa: PLR0913 - these are its options
    config: Config, *, python: str, into: Path, dirty: bool, sign: str, as_json: bool
) -> None:
    made = build.build(config.repository, into, python, dirty=dirty)
    if sign:
        signature.sign(made, Path(sign).expanduser())
    if as_json:
        click.echo(cli.as_json({**vars(made), "tarball": str(made.tarball)}))
    else:
        click.echo(f"{made.tarball}  {made.bytes / 1e6:.0f} MB  sha256 {made.sha256}")


if __name__ == "__main__":
    main()
