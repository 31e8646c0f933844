"""Ticks on a disk that cannot be written, beside other watchers, and with an engine whose answers fail."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading

import pytest

from nab.actions.windows import tick
from nab.chaos import oracle
from nab.core.errors import BUSY
from nab.core.facts import AttemptStarted, Tick
from nab.core.levels import Level
from nab.core.windows.duties import Action
from nab.edges import process
from support.repository.benches import REPOSITORY

VERSION = b'{"ApiVersion":"1.43","MinAPIVersion":"1.24","Version":"24.0"}'
INFO = b'{"ID":"x","KernelVersion":"6.1","DockerRootDir":"/tmp","ServerVersion":"24.0","CgroupVersion":"2"}'
CUT = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n[{"Id":'
LISTS = {
    "an error": b"HTTP/1.1 500 X\r\nContent-Length: 18\r\n\r\n{\"message\":\"boom\"}",
    "a conflict": b"HTTP/1.1 409 X\r\nContent-Length: 18\r\n\r\n{\"message\":\"busy\"}",
    "a list that breaks off": CUT,
    "no answer at all": b"",
    "a page in place of a list": b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>",
}  # fmt: skip


class Engine:
    """Answers as an engine does until it is asked for boxes; then as it was told."""

    def __init__(self, path, lists):
        self.lists, self.server = lists, socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen(16)
        self.asked_for_boxes = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        with connection:
            while (asked := connection.recv(65536)).strip():
                path = asked.split(b" ", 2)[1]
                if b"/containers" in path:
                    self.asked_for_boxes += 1
                    connection.sendall(self.lists)
                    return
                told = {b"_ping": b"OK", b"version": VERSION, b"info": INFO}
                body = told.get(path.partition(b"?")[0].rpartition(b"/")[2], b"[]")
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body)

    def close(self):
        self.server.close()


@pytest.mark.parametrize("lists", LISTS)
def test_an_engine_that_does_not_answer_as_it_should_keeps_no_tick_from_deciding_and_fires_nothing(
    quiet, monkeypatch, tmp_path, lists
):
    due = quiet.enrol("baseline", Level.L3, script="#!/bin/sh\n")
    loop = quiet.enrol("codex", Level.L4)
    quiet.to_a_fresh_round()
    engine = Engine(tmp_path / "e", LISTS[lists])
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'e'}")
    try:
        decisions = quiet.tick()
    finally:
        engine.close()

    assert engine.asked_for_boxes
    assert set(decisions) == {due, loop}
    assert Action.FIRE not in {action for action, _ in decisions.values()}
    told = [event.fact for event in quiet.bench.log.events()]
    assert [one.engine != "" for one in told if isinstance(one, Tick)] == [True]
    assert not any(isinstance(one, AttemptStarted) for one in told)
    assert oracle.complaints(quiet.bench) == []


def test_of_watchers_that_begin_at_once_one_looks_and_the_others_say_that_it_is_busy(quiet, monkeypatch):
    quiet.enrol("codex", Level.L4)
    quiet.to_a_fresh_round()
    others = []

    def begin_others(bench):
        words = (sys.executable, str(REPOSITORY / "scripts/watch_window.py"))
        where = ("--config", str(bench.config.file), "--state", str(bench.paths.root))
        others.extend(subprocess.run((*words, *where), capture_output=True, check=False) for _ in range(2))

    monkeypatch.setattr(tick.makers, "note", begin_others)
    quiet.tick()

    assert [one.returncode for one in others] == [BUSY, BUSY]
    assert sum(isinstance(event.fact, Tick) for event in quiet.bench.log.events()) == 1
    assert oracle.complaints(quiet.bench) == []


def test_on_a_disk_that_became_read_only_nothing_is_decided_and_the_next_tick_goes_on(quiet):
    loop = quiet.enrol("codex", Level.L4)
    quiet.to_a_fresh_round()
    quiet.tick()
    events = str(quiet.bench.paths.events)
    mounted = process.run("mount", "--bind", events, events, check=False)
    if mounted.exit_code != 0:
        pytest.skip(f"cannot mount: {mounted.stderr.strip()}")
    try:
        process.run("mount", "-o", "remount,bind,ro", events)
        with pytest.raises(OSError, match="Read-only"):
            quiet.tick()
        before = len(quiet.bench.log.events())
    finally:
        process.run("umount", events)

    assert set(quiet.tick()) == {loop}
    assert len(quiet.bench.log.events()) > before
    assert oracle.complaints(quiet.bench) == []
