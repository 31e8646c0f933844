import pytest

from nab.actions.reports import logs
from nab.core.errors import NabError
from nab.edges import clock
from nab.edges.docker import engine_host
from nab.edges.files import compression
from support.repository.benches import bench_on

RUN, NEXT, OTHER = (
    "2026-05-15T090000Z-codex-l4",
    "2026-05-16T090000Z-codex-l4",
    "2026-05-17T090000Z-codex-l4-b",
)
JOURNAL = """#!/bin/sh
echo "$@" >>{asked}
case "$*" in
  *--after-cursor*) echo "a new line of the service" ;;
  *) echo "an old line of the service" ;;
esac
echo "-- cursor: s=1;i=$(wc -l <{asked})"
"""


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A bench on a machine without systemd, of which an entrant has run twice."""
    monkeypatch.setattr(engine_host, "is_systemd", lambda: False)
    bench = bench_on(tmp_path)
    for run in (RUN, NEXT, OTHER):
        bench.run(run).root.mkdir(parents=True)
        bench.run(run).log.write_text(f"first line of {run}\nlast line of {run}\n")
    return bench


def shown(bench, capsys, lines=100, **about):
    logs.show(bench, "codex-l4", lines, follow=False, **about)
    return capsys.readouterr().out.splitlines()


def under_systemd(monkeypatch, tmp_path, program):
    """Have a journalctl of the test's own on PATH. Returns where it notes what it was asked."""
    asked, file = tmp_path / "asked", tmp_path / "bin/journalctl"
    file.parent.mkdir()
    file.write_text(program.format(asked=asked))
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(file.parent), prepend=":")
    monkeypatch.setattr(engine_host, "is_systemd", lambda: True)
    return asked


def until_followed(monkeypatch, *changes):
    """Let a follower look as often as there are changes, each made before a look; then Ctrl-C comes."""
    left = list(changes)

    def pause(seconds):
        if not left:
            raise KeyboardInterrupt
        left.pop(0)()

    monkeypatch.setattr(clock, "pause", pause)


def test_the_newest_run_of_this_entrant_is_shown(bench, capsys):
    bench.run(NEXT).output.write_text("what the program said\n")

    found = shown(bench, capsys)

    assert f"last line of {NEXT}" in found and "what the program said" in found
    assert not any(RUN in line or OTHER in line for line in found)
    assert found[0].startswith("==> ") and found[0].endswith("harness.log: what the harness printed <==")


def test_so_many_lines_as_are_asked_for(bench, capsys):
    assert f"first line of {NEXT}" not in shown(bench, capsys, lines=1)
    assert [line for line in shown(bench, capsys, lines=0) if not line.startswith("==>")] == []


def test_what_an_agent_printed_cannot_drive_a_terminal_or_stand_for_a_line_of_ours(bench, capsys):
    said = "a\x1b[2Jb\r==> journal <==\u202e\x00 \xff".encode("utf-16-le") + "\x1b]0;evil\x07é\n".encode()
    bench.run(NEXT).output.write_bytes(b"\xff\x1b[31mred\r==> x <==\n" + said + "\u202eevil\n".encode())

    found = "\n".join(shown(bench, capsys))

    assert found.replace("\n", "").isprintable()
    assert "\\x1b[31mred ==> x <==" in found and "\\u202eevil" in found


def test_a_record_that_rests_compressed_is_shown_too(bench, capsys):
    output = bench.run(NEXT).output
    output.write_bytes(b"as it was\n" * 10_000)
    assert compression.pack(output) > 0 and not output.exists()

    assert "as it was" in shown(bench, capsys)


def test_only_the_end_of_a_file_without_end_is_read(bench, capsys, monkeypatch):
    monkeypatch.setattr(logs, "MOST_BYTES", 30)
    bench.run(NEXT).output.write_text("x" * 100 + "\nend\n")

    assert shown(bench, capsys)[-1] == "end"


def test_what_comes_is_followed_in_whole_lines_and_into_the_next_run(bench, capsys, monkeypatch):
    log, later = bench.run(NEXT).log, "2026-05-18T090000Z-codex-l4"

    def grow(text):
        with log.open("a") as file:
            file.write(text)

    def begin():
        bench.run(later).root.mkdir()
        bench.run(later).log.write_text("the next run\n")

    until_followed(monkeypatch, lambda: grow("half"), lambda: grow(" a line\n"), begin)
    with pytest.raises(KeyboardInterrupt):
        logs.show(bench, "codex-l4", 1, follow=True)

    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("==>")]
    assert lines == [f"last line of {NEXT}", "half a line", "the next run"]


def test_under_systemd_the_journal_of_its_service_comes_first(bench, capsys, monkeypatch, tmp_path):
    asked = under_systemd(monkeypatch, tmp_path, JOURNAL)
    until_followed(monkeypatch, lambda: None)

    with pytest.raises(KeyboardInterrupt):
        logs.show(bench, "codex-l4", 7, follow=True)

    found = capsys.readouterr().out.splitlines()
    assert found[:2] == ["==> journal of nab-entrant@codex-l4 <==", "an old line of the service"]
    assert found[-1] == "a new line of the service"
    first, second = asked.read_text().splitlines()
    assert "--unit nab-entrant@codex-l4 --lines 7" in first
    assert second.endswith("--after-cursor s=1;i=1")


def test_a_journal_that_we_may_not_read_is_a_sentence(bench, monkeypatch, tmp_path):
    under_systemd(monkeypatch, tmp_path, "#!/bin/sh\necho 'No journal files were opened' >&2\nexit 1\n")

    with pytest.raises(NabError, match="the journal cannot be read: No journal files were opened"):
        logs.show(bench, "codex-l4", 7, follow=False)


@pytest.mark.parametrize(
    ("entrant", "sentence", "hint"),
    [
        ("", "ENTRANT is missing", "make logs ENTRANT=codex-l4"),
        ("codex", "no entrant 'codex'", "codex-l4-b"),
        ("../codex-l4", "no entrant '../codex-l4'", "codex-l4-b"),
        ("nobody-l4", "no entrant nobody-l4 in nab.toml, and none has run", "codex-l4"),
        ("claude-l3", "claude-l3 has not run yet", "make run AGENT=claude LEVEL=L3"),
    ],
)
def test_no_entrant_is_a_sentence_with_what_there_is(bench, entrant, sentence, hint):
    with pytest.raises(NabError, match=sentence) as refused:
        logs.show(bench, entrant, 1, follow=False)

    assert hint in refused.value.hint
