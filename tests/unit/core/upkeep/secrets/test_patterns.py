"""What looks like somebody's key is found; placeholders, examples, names and hashes are not taken for one."""

import pytest

from nab.core.upkeep.secrets.scanner import Scanner
from support.repository.vendors import PLACEHOLDERS

LOWER, UPPER = "qwhzkxmvtrplnbgfdsj", "QWHZKXMVTRPLNBGFDSJ"
MIXED = "qW3hZ8kX1mV5tR9pL2nB6gF4dS7jQ0wH8zKx"
NUMERAI = "Q7W3H8Z1K5X9M2V6T4R0P7L3N8B1G5F9D2S6J4Q0W7H3Z8K1X5M9V2T6R4P0L7N3"
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7Vb4zKq8mXn2T"

KEYS = {
    "Anthropic key": [f"sk-ant-api03-{MIXED}-{MIXED}AA", f"sk-ant-oat01-{MIXED}_{MIXED}"],
    "OpenAI key": [f"sk-proj-{MIXED}{MIXED}", f"sk-{MIXED}", f"x=sk-svcacct-{MIXED}"],
    "Google key": [f"AIza{MIXED[:35]}"],
    "GitHub token": [f"ghp_{MIXED}", f"ghs_{MIXED}", f"github_pat_11ABCDEFG0_{MIXED}{MIXED}"],
    "GitLab token": [f"glpat-{MIXED[:20]}"],
    "Hugging Face token": [f"hf_{LOWER[:15]}{UPPER[:19]}"],
    "Slack token": [f"xoxb-123456789012-{MIXED[:24]}"],
    "AWS key id": ["AKIAQ3W7H2ZKXM5VTRPL"],
    "AWS secret key": [
        f"aws_secret_access_key = {MIXED}+/aB",
        f'export AWS_SECRET_ACCESS_KEY="{MIXED}+/aB"',
        f'{{\\"SecretAccessKey\\": \\"{MIXED}+/aB\\"}}',
    ],
    "private key": [
        f"-----BEGIN PRIVATE KEY-----\n{BODY}\n",
        f"-----BEGIN RSA PRIVATE KEY-----\\n{BODY}\\n",
        f'"-----BEGIN OPENSSH PRIVATE KEY-----",\n"{BODY}"',
    ],
    "Numerai key": [
        f"Token {NUMERAI[:32]}${NUMERAI}",
        f"NUMERAI_SECRET_KEY={NUMERAI}",
        f'os.environ["NUMERAI_SECRET_KEY"] = "{NUMERAI}"',
        f'{{"public_id": "{NUMERAI[:32]}", "secret_key": "{NUMERAI}"}}',
        f"NumerAPI(secret_key='{NUMERAI}')",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KEYS.items() for text in texts])
def test_a_text_in_the_shape_of_a_key_is_found(kind, text):
    found = Scanner({}).find(f"before {text} after".encode())

    assert found.what == f"shape: {kind}"
    assert len(found.mark) == 16


@pytest.mark.parametrize(
    "text",
    [
        *[text for key in PLACEHOLDERS.values() for text in key.values()],
        "nab-scripted-anthropic-key",
        "Authorization: Token nab-placeholder-id$nab-placeholder-secret",
        "NUMERAI_SECRET_KEY=nab-placeholder-secret",
        "NUMERAI_SECRET_KEY=...",
        'os.environ["NUMERAI_SECRET_KEY"]',
        "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "sk-ant-api03-your-key-goes-here-and-it-is-rather-long-00-AA",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "class=sk-toggleable__label-arrow-and-some-more-words-of-scikit-learn",
        "task-1234567890abcdefghijklmnopqrstuvwxyz",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "if '-----BEGIN PRIVATE KEY-----' in text:",
        "-----BEGIN CERTIFICATE-----\n" + BODY,
        "sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "secret_key = 0000000000000000000000000000000000000000000000000000000000000000",
        "[redacted:1a2b3c4d]",
    ],
)
def test_placeholders_examples_and_words_are_no_keys(text):
    assert Scanner({}).find(text.encode()) is None


def test_what_people_called_harmless_is_let_through_and_nothing_else():
    text = f"ghp_{MIXED}".encode()
    mark = Scanner({}).find(text).mark

    assert Scanner({}, harmless=[mark]).find(text) is None
    assert Scanner({}, harmless=[mark]).find(text + b" ghp_" + MIXED[::-1].encode())
    assert Scanner({"github.token": text}, harmless=[mark]).find(text).what == "held: github.token"
