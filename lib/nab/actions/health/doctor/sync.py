"""What the doctor looks at of the copy at a git remote, without asking the remote."""

from __future__ import annotations

from nab.config import Config
from nab.core.errors import NabError
from nab.core.health.checks import Check, CheckVerdict
from nab.core.text.counts import number_of
from nab.edges.git import push_access
from nab.edges.secrets import held_secrets


def look(config: Config) -> list[Check]:
    """Look whether the credential fits the remote and every secret can be looked for; nothing where the sync is off."""
    remote = config.settings.sync.remote
    if not remote:
        return []
    try:
        with push_access.opened(config):
            count = len(held_secrets.held(config))
    except NabError as error:
        return [Check("sync", CheckVerdict.FAIL, error.message, error.hint)]
    return [
        Check(
            "sync", CheckVerdict.OK, f"to {remote}, without the {number_of(count, 'secret')} of this machine"
        )
    ]
