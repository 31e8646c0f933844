"""What a remote said, from the words of git, ssh and the hosts."""

import pytest

from nab.core.upkeep.sync.answers import Answer, named_paths, of_other, of_push, told

PUSH = "To git@host:a.git\n!\trefs/heads/b:refs/heads/b\t{}\nDone"


@pytest.mark.parametrize(
    ("code", "output", "errors", "expected"),
    [
        (0, "", "", Answer.TAKEN),
        (1, PUSH.format("[rejected] (fetch first)"), "error: failed to push some refs", Answer.BEHIND),
        (1, PUSH.format("[rejected] (non-fast-forward)"), "", Answer.BEHIND),
        (1, PUSH.format("[remote rejected] (cannot lock ref 'refs/heads/b')"), "", Answer.BEHIND),
        (1, PUSH.format("[remote rejected] (pre-receive hook declined)"), "remote: GH013", Answer.REFUSED),
        (1, PUSH.format("[remote rejected] (push declined due to repository rule violations)"), "", Answer.REFUSED),
        (124, "", "", Answer.LATE),
        (128, "", "Host key verification failed.\nfatal: Could not read from remote repository.", Answer.STRANGER),
        (128, "", "No ED25519 host key is known for h and you have requested strict checking.\n", Answer.STRANGER),
        (128, "", "fatal: unable to access 'https://h/': SSL certificate problem: self-signed", Answer.STRANGER),
        (128, "", "git@h: Permission denied (publickey).\nfatal: Could not read from remote", Answer.DENIED),
        (128, "", "ERROR: The key you are authenticating with has been marked as read only.", Answer.DENIED),
        (128, "", "remote: Write access to repository not granted.\nfatal: ... error: 403", Answer.DENIED),
        (128, "", "fatal: Authentication failed for 'https://h/a.git/'", Answer.DENIED),
        (128, "", "fatal: could not read Username for 'https://h': terminal prompts disabled", Answer.DENIED),
        (128, "", "ERROR: Repository not found.\nfatal: Could not read from remote repository.", Answer.ABSENT),
        (128, "", "fatal: '/srv/a.git' does not appear to be a git repository", Answer.ABSENT),
        (128, "", "ssh: Could not resolve hostname h: Name or service not known", Answer.UNREACHABLE),
        (128, "", "ssh: connect to host h port 22: Connection refused", Answer.UNREACHABLE),
        (128, "", "Timeout, server h not responding.\nfatal: the remote end hung up", Answer.UNREACHABLE),
        (128, "", "fatal: unable to access 'https://h/': The requested URL returned error: 503", Answer.UNREACHABLE),
        (128, "", "fatal: bad object refs/heads/x", Answer.FAILED),
    ],
)  # fmt: skip
def test_the_answer_is_read_from_the_words(code, output, errors, expected):
    assert of_push(code, output, errors).answer is expected


def test_the_line_that_says_most_is_shown_without_anything_that_drives_a_terminal():
    errors = "remote: \nremote: \x1b[31mRepository not found.\x1b[0m\nfatal: Could not read from remote repository.\n"

    shown = told(errors)

    assert "Repository not found." in shown
    assert "\x1b" not in shown
    assert len(told("fatal: " + "x" * 999)) <= 200
    assert of_other(128, "").words == ""


def test_only_paths_that_were_pushed_can_be_named():
    said = "remote:   locations:\nremote:     - path: runs/a/workspace/keys.txt:3\nremote: File big.bin is 120 MB"

    assert named_paths(said, {"runs/a/workspace/keys.txt", "keys.txt", "big.bin", "other"}) == {
        "runs/a/workspace/keys.txt",
        "big.bin",
    }
