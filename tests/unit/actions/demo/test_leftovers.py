"""What a second make demo finds of the first."""

from nab.actions.demo import leftovers
from nab.paths import Paths
from nab.tournament.market import dataset
from nab.tournament.market.market import SIZES, Market
from nab.tournament.play import account, furnish
from nab.tournament.store import Store


def left_by_a_demo(root):
    """Lay out a state folder as a demo leaves it."""
    paths = Paths(root=root / "demo", site=root / "site")
    past = dataset.folder(paths.tournament, Market(1, SIZES["demo"]))
    for folder in (past, paths.tournament / "live" / "1402", paths.tournament / "uploads" / "submissions"):
        folder.mkdir(parents=True)
    account.keep_key(paths.tournament / "key.json")
    Store.at(paths.tournament / furnish.DATABASE).keep("seen", 1405)
    for name in ("events/2026-11.jsonl", "events.head", "overview.json", "alarms.json", "tournament.log"):
        (paths.root / name).parent.mkdir(exist_ok=True)
        (paths.root / name).touch()
    for name in ("runs/a/sessions", "entrants", "rounds", "trust", "proofs", "locks", "models"):
        (paths.root / name).mkdir(parents=True)
    (paths.root / "proofs/clients-1.json").touch()
    return paths, past


def test_a_second_demo_begins_with_no_round_run_or_cost_of_the_first(tmp_path):
    paths, _ = left_by_a_demo(tmp_path)

    leftovers.remove(paths)

    assert {path.name for path in paths.root.iterdir()} == {"trust", "proofs", "locks", "tournament"}
    assert Store.at(paths.tournament / furnish.DATABASE).setting("seen") is None
    assert not list(paths.tournament.glob("uploads/*")) + list(paths.tournament.glob("live/*"))


def test_the_dataset_the_key_and_what_was_proved_of_the_images_are_used_again(tmp_path):
    paths, past = left_by_a_demo(tmp_path)
    key = account.keep_key(paths.tournament / "key.json")

    leftovers.remove(paths)

    assert past.is_dir()
    assert account.keep_key(paths.tournament / "key.json") == key
    assert (paths.root / "proofs/clients-1.json").exists()
