"""The models' vendors of this repository, and what an agent holds in place of each key."""

from nab import providers
from nab.edges.docker import proxy_box
from support.repository.benches import REPOSITORY

VENDORS = providers.with_keys(REPOSITORY / "images")
PLACEHOLDERS = {"numerai": proxy_box.NUMERAI_PLACEHOLDERS} | {
    name: provider.placeholders for name, provider in VENDORS.items()
}
