import sys
import time

from nab.edges import process

PRINT = "import os; print(sorted(set(os.environ) & {'NOTIFY_SOCKET', 'WATCHDOG_PID', 'KEPT'}))"


def test_what_outlives_us_does_not_speak_for_our_service(tmp_path, monkeypatch):
    for name in ("NOTIFY_SOCKET", "WATCHDOG_PID", "KEPT"):
        monkeypatch.setenv(name, "x")
    output = tmp_path / "output"

    process.start_detached(sys.executable, "-c", PRINT, output=output)

    deadline = time.monotonic() + 20
    while not output.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert output.read_text() == "['KEPT']\n"
