import io
import subprocess
import sys

import click
import pytest

from nab.core.text import terminal
from nab.edges.host import speech

HOSTILE = "model\x1b[2J \x9b31m \u202etxt.exe"


class Terminal(io.BytesIO):
    def isatty(self):
        return True


def written(monkeypatch, say):
    """Return what is written to a terminal in place of our output while something is said."""
    below = Terminal()
    stream = io.TextIOWrapper(below, encoding="utf-8")
    with monkeypatch.context() as place:
        place.setattr(sys, "stdout", stream)
        place.setattr(sys, "stderr", stream)
        say()
    stream.flush()
    return below.getvalue().decode()


SAYINGS = {
    "echo": lambda: click.echo(HOSTILE),
    "echo an error": lambda: click.echo(HOSTILE, err=True),
    "print": lambda: print(HOSTILE),
    "write": lambda: sys.stderr.write(HOSTILE),
    "traceback": lambda: speech.tell_bug(ValueError, ValueError(HOSTILE), None),
}


@pytest.mark.parametrize("way", SAYINGS)
def test_whatever_way_a_program_prints_nothing_drives_the_terminal(monkeypatch, way):
    def say():
        with speech.guarded():
            SAYINGS[way]()

    said = written(monkeypatch, say)
    assert terminal.UNSAFE.search(said) is None
    assert "model\\x1b[2J \\x9b31m \\u202etxt.exe" in said


def test_a_line_of_ours_keeps_its_colours_and_the_stream_outlives_its_guard(monkeypatch):
    def say():
        with speech.guarded(), speech.guarded():
            speech.lay("\x1b[1mours\x1b[0m\n", sys.stdout)
        print("plain")

    assert written(monkeypatch, say) == "\x1b[1mours\x1b[0m\nplain\n"


def test_a_script_that_dies_of_a_mistake_quotes_nobody_in_full():
    program = (
        "import click\nfrom nab import cli\n@click.command()\n@cli.reports_errors\n"
        "def main():\n    print('\\x1b[2Jone')\n    raise ValueError('\\x1b[2Jtwo')\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b[2Jone" in done.stdout and "\\x1b[2Jtwo" in done.stderr


def test_a_script_says_a_mistake_in_one_line():
    program = (
        "import click\nfrom nab import cli\nfrom nab.core.errors import NabError\n@click.command()\n"
        "@cli.reports_errors\ndef main():\n    raise NabError('no\\nnab: all is well', hint='a\\x1b[2Jb')\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.splitlines() == ["nab: no nab: all is well", "     a\\x1b[2Jb"]
