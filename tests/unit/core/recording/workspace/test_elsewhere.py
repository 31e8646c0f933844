"""What of a home and of the folders for temporary files is kept beside a workspace's history."""

import pytest

from nab.core.recording.workspace import elsewhere

TRANSCRIPTS = (".claude/projects/*/*.jsonl", ".codex/sessions/*/*/*/rollout-*.jsonl")
SKIPS = elsewhere.rules(TRANSCRIPTS).skips


@pytest.mark.parametrize(
    "path",
    [
        b"workspace/a.py", b"opt-venv/bin/python", b"lost+found",
        b"home/.claude/projects/-workspace/1f.jsonl", b"home/.codex/sessions/2026/05/16/rollout-1.jsonl",
    ],
)  # fmt: skip
def test_what_other_records_hold_is_no_part_of_it(path):
    assert SKIPS(path)


@pytest.mark.parametrize(
    "path",
    [
        b"home", b"tmp/a.py", b"var-tmp/b", b"home-agent/.bashrc", b"home/.claude/projects/-workspace/memory/notes.md",
        b"home/.claude/projects/-workspace/deeper/1f.jsonl", b"tmp/.claude/projects/-workspace/1f.jsonl",
        b"home/\xff.jsonl",
    ],
)  # fmt: skip
def test_a_transcript_is_only_what_the_collector_copies(path):
    assert not SKIPS(path)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (b"home/.npm", "cache"), (b"tmp/pip-install-ab12", "cache"), (b"tmp/node-compile-cache", "cache"),
        (b"home/.local/share/uv/python", "packages"), (b"home/miniconda3", "packages"),
        (b"home/.ssh", "credentials"), (b"home/.config/gcloud", "credentials"), (b"tmp/x/.aws", "credentials"),
        (b"home/pip-notes", ""), (b"home/.config", ""), (b"home/.local/share/uv", ""), (b"tmp/work", ""),
    ],
)  # fmt: skip
def test_folders_of_caches_packages_and_credentials_are_left_out_by_name(path, why):
    assert elsewhere.why_folder(path) == why


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (b"home/.netrc", "credentials"), (b"home/.claude/.credentials.json", "credentials"),
        (b"home/.codex/auth.json", "credentials"), (b"home/.gemini/oauth_creds.json", "credentials"),
        (b"tmp/.env.local", "credentials"), (b"tmp/a/server.key", "credentials"), (b"tmp/id_ed25519", "credentials"),
        (b"home/x.db-wal", "state"), (b"home/.codex/state_5.sqlite", "state"), (b"home/\n/.npmrc", "credentials"),
        (b"home/.claude/a1b2.key.tmp.02824a4d", "credentials"), (b"tmp/.netrc~", "credentials"),
        (b"home/.codex/auth.json.bak", "credentials"), (b"home/auth.json.1796049992", "credentials"),
        (b"tmp/train.log", ""), (b"tmp/keys.py", ""), (b"home/token_counts.py", ""), (b"home/authors.json", ""),
    ],
)  # fmt: skip
def test_files_that_hold_keys_are_left_out_by_name(path, why):
    assert elsewhere.why_file(path) == why


def test_a_path_of_a_thousand_folders_costs_no_more_than_its_end():
    assert elsewhere.why_file(b"a/" * 2000 + b".netrc") == "credentials"
