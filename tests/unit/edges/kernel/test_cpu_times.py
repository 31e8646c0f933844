import subprocess
import sys

from nab.edges.kernel import cpu_times

COMPUTES = "n = 0\nwhile True: n += 1"
STARTS_ONE = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {COMPUTES!r}])"


def test_what_a_program_and_what_it_started_compute_is_counted():
    with subprocess.Popen([sys.executable, "-c", STARTS_ONE], start_new_session=True) as program:
        try:
            before = cpu_times.of_tree(program.pid)
            while cpu_times.of_tree(program.pid) < before + 0.1:
                assert program.poll() is None
        finally:
            subprocess.run(["pkill", "-KILL", "-s", str(program.pid)], check=True)


def test_a_tenth_of_a_second_shows_that_a_program_goes_on(monkeypatch):
    computed = [0.05, 0.12, 0.19, 0.31]
    monkeypatch.setattr(cpu_times, "of_tree", lambda _: computed.pop(0))

    assert [cpu_times.tenths_of_tree(1) for _ in range(4)] == [0, 1, 1, 3]


def test_a_program_that_is_gone_computes_nothing():
    gone = subprocess.Popen(["true"])
    gone.wait()

    assert cpu_times.of_tree(gone.pid) == 0
