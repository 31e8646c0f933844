import click
import pytest
from click.testing import CliRunner

from nab import cli
from nab.core.errors import NabError
from nab.tournament.server import commands


@click.command()
@click.option("--gib", type=cli.Amount(min=0, max=1e9))
def free(gib):
    click.echo(gib)


@pytest.mark.parametrize("odd", ["inf", "-inf", "nan", "-1", "1e300", "x", ""])
def test_an_amount_that_cannot_be_kept_to_is_refused_with_its_option(odd):
    done = CliRunner().invoke(free, ["--gib", odd])

    assert done.exit_code == 2
    assert "--gib" in done.output


def test_an_amount_is_a_number():
    assert CliRunner().invoke(free, ["--gib", "2.5"]).output == "2.5\n"


@pytest.mark.parametrize("odd", ["inf", "nan", "0", "-1", "1e300"])
@pytest.mark.parametrize("option", ["--rounds-every", "--window", "--scoring-day"])
def test_a_calendar_of_no_time_is_refused(option, odd, tmp_path):
    done = CliRunner().invoke(commands.serve, [option, odd, "--state", str(tmp_path)])

    assert done.exit_code == 2
    assert option in done.output


@pytest.mark.parametrize("odd", ["x", "-1", "1.5", "9" * 5000, "1e3", " "])
def test_a_number_that_is_none_is_named_with_what_it_is_for(odd):
    with pytest.raises(NabError, match="ROUND"):
        cli.number(odd, "ROUND")


def test_a_number_may_be_left_out():
    assert cli.number("", "ROUND") is None
    assert cli.number("1402", "ROUND") == 1402
