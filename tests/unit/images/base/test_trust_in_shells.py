"""What a login shell and PAM tell a program is what the harness tells the agent's."""

import re

from nab.edges.docker import trust
from support.repository.benches import REPOSITORY

BASE = REPOSITORY / "images/base"


def test_the_environment_file_says_what_the_box_is_told():
    rows = (BASE / "etc/environment").read_text().splitlines()

    assert dict(row.split("=", 1) for row in rows) == trust.agent_environment()


def test_a_login_shell_says_what_the_box_is_told():
    exports = re.findall(r"^\s*export (\w+)=(\S+)$", (BASE / "etc/nab.sh").read_text(), re.MULTILINE)

    assert dict(exports) == trust.agent_environment()


def test_a_build_trusts_the_bundle_and_not_an_authority_that_is_not_there_yet():
    named = re.findall(r"^\s*(?:ENV )?(\w+)=(/etc/\S+)", (BASE / "Dockerfile").read_text(), re.MULTILINE)

    assert dict(named) == dict.fromkeys(trust.BUNDLE_VARIABLES, trust.SYSTEM_BUNDLE)
