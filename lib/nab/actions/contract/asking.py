"""Everything that anybody here relies on, asked of an API in one look. Nothing is ever changed there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nab.actions.contract.asker import OK, Asker
from nab.core.contract import forms, rounds
from nab.core.contract.contract import Contract, Form
from nab.core.scores import metrics
from nab.edges.numerai.diagnosis import ABOUT

CLASSIC = 8
ACCOUNT = "benchmark_models"  # Numerai's own, which anybody may look at
FEW = 20  # rows of a leaderboard
SOME_ROUNDS = 40  # of which scores are asked
BACK = 30  # rounds: so many rounds ago there are scores
PROVOKED = 12  # of ten that Numerai allows a minute
WRONG_KEY = "Token NABCONTRACT$NABCONTRACT"
NO_BODY = b'{"query": '


class Asking(Asker):
    """One look at one API."""

    def look(self, *, provoke: bool = False) -> Contract:
        """Ask all of it, one question after the other."""
        if not self.reaches():
            return self.found
        self.public()
        if self.caller.key is not None:
            self.private()
        self.refusals()
        if provoke:
            self.provoked()
        known = self.sights.added_to(self.declared)
        self.found.fields = {label: known[label] for label in sorted(known)}
        return self.found

    def public(self) -> None:
        """Ask what needs no key."""
        listed = self.ask(
            "Query.rounds", {"tournament": CLASSIC}, only="number openTime closeStakingTime closeTime"
        )
        self.found.calendar = rounds.calendar(listed)
        if listed and not self.found.calendar:
            self.found.notes.append(
                f"the calendar could not be compared: a round opens every {rounds.pause(listed)}"
            )
        self.ask("Query.rounds", {"tournament": CLASSIC, "number": 0})
        number = older(listed)
        if number:
            self.ask("Query.rounds", {"tournament": CLASSIC, "number": number})
            self.ask("Query.roundDetails", {"roundNumber": number, "tournament": CLASSIC})
        names = self.ask("Query.listDatasets", {"tournament": CLASSIC})
        self.found.datasets = rounds.datasets(names)
        self.file(names if isinstance(names, list) else [])
        self.ask("Query.pipelineStatus", {"tournament": "classic"})
        self.ask("Query.v2Leaderboard", {"limit": FEW, "offset": 0})
        self.ask("Query.accountLeaderboard", {"limit": FEW, "offset": 0, "tournament": CLASSIC})
        self.keep_limits(self.ask("Query.graphqlRateLimits", {}))
        profile = self.ask("Query.accountProfile", {"username": ACCOUNT, "tournament": CLASSIC})
        models = objects(profile.get("models")) if isinstance(profile, dict) else []
        self.of_model(models[0] if models else {})

    def of_model(self, model: Mapping[str, Any]) -> None:
        """Ask for what everybody may know of a public model."""
        name, id = model.get("displayName"), model.get("id")
        if not isinstance(name, str) or not isinstance(id, str):
            self.found.notes.append(f"no scores could be compared: no model of {ACCOUNT} is told")
            return
        self.ask("Query.v3UserProfile", {"modelName": name})
        for metric in metrics.SHOWN:
            about = {"modelId": id, "displayName": metric.name, "lastNRounds": SOME_ROUNDS}
            self.ask("Query.submissionScores", about)
        self.ask(
            "Query.v2RoundModelPerformances",
            {"modelId": id, "tournament": CLASSIC, "lastNRounds": SOME_ROUNDS},
        )
        self.manner("a String for an ID", "query($m: String!) {submissionScores(modelId: $m, displayName: "
                    f'"{metrics.LEADING.name}", lastNRounds: 1) {{day}}}}', {"m": id})  # fmt: skip

    def file(self, names: list[Any]) -> None:
        """Ask for the address of a small file, and for its first bytes."""
        versions = (f"{version}/features.json" for version in self.found.datasets.versions)
        name = next((one for one in versions if one in names), None)
        if name is None:
            self.found.notes.append("no file was fetched: no features.json is listed")
            return
        address = self.ask("Query.dataset", {"filename": name, "tournament": CLASSIC})
        if not isinstance(address, str):
            return
        self.found.links["address of a dataset file"] = forms.link(address)
        heard = self.caller.part(address)
        told = sorted({one.lower() for one in heard.headers} & {"content-length", "content-range"})
        self.found.forms["a part of a file"] = Form(
            heard.status, heard.trouble or f"{len(heard.content)} bytes", told
        )

    def private(self) -> None:
        """Ask what needs our key: about our own account, and nobody else's."""
        self.ask("Query.apiTokenInfo", {})
        account = self.ask("Query.account", {})
        told = objects(account.get("models")) if isinstance(account, dict) else []
        ours = [one for one in told if isinstance(one.get("id"), str)]
        if not ours:
            self.found.notes.append("what a model lists could not be compared: the account has none")
            return
        id = next((one for one in ours if one.get("name") == self.prefer), ours[0])["id"]
        self.ask("Query.model", {"modelId": id})
        listed = self.ask("Query.submissions", {"modelId": id})
        leading = {"modelId": id, "displayName": metrics.LEADING.name, "lastNRounds": SOME_ROUNDS}
        self.ask("Query.submissionScores", leading)
        self.of_newest(
            "Query.diagnostics", self.ask("Query.diagnostics", {"modelId": id}, only=ABOUT), {"modelId": id}
        )
        upload = {"filename": "nab-contract.csv", "tournament": CLASSIC, "modelId": id}
        slot = self.ask("Query.submissionUploadAuth", upload)
        if isinstance(slot, dict):
            self.found.links["address of an upload"] = forms.link(slot.get("url"))
        self.ask("Query.diagnosticsUploadAuth", upload)
        self.of_newest("Query.submissionDownloadAuth", listed, {})

    def of_newest(self, root: str, listed: Any, arguments: dict[str, Any]) -> None:
        """Ask an operation for the first of what was listed, by its id; nothing where there is none."""
        id = next((one.get("id") for one in objects(listed)), None)
        if isinstance(id, str):
            self.ask(root, {**arguments, "id": id})

    def refusals(self) -> None:
        """Ask what cannot be answered, to learn how that is said."""
        rounds_of = f"rounds(tournament: {CLASSIC}, number: 0)"
        self.manner("names in snake_case", f'{{account_profile(username: "{ACCOUNT}", tournament: {CLASSIC}) {{models '
                    "{display_name}}}", {})  # fmt: skip
        self.form("an answer", self.send("{__typename}", {}))
        self.form("an unknown field", self.send(f"{{{rounds_of} {{nabContract}}}}", {}))
        self.form("no key", self.send("{account {username}}", {}))
        self.form("a wrong key", self.send("{account {username}}", {}, WRONG_KEY))
        self.form("a query cut short", self.send(f"{{{rounds_of} {{number", {}))
        self.form("a body that is no JSON", self.caller.post(NO_BODY))
        nothing = f'{{dataset(filename: "v0.0/nab_contract.parquet", tournament: {CLASSIC})}}'
        self.form("a file that there is not", self.send(nothing, {}))
        none = f"{{roundDetails(roundNumber: 999999, tournament: {CLASSIC}) {{status}}}}"
        self.form("a round that there is not", self.send(none, {}))

    def provoked(self) -> None:
        """List the dataset until that is refused: how, is to be seen in no other way."""
        for _ in range(PROVOKED):
            heard = self.send(f"{{listDatasets(tournament: {CLASSIC})}}", {})
            if heard.status != OK:
                self.form("too many requests", heard)
                return
        self.found.notes.append("twelve questions in a row were answered: no rate limit was met")

    def keep_limits(self, told: Any) -> None:
        """Keep how often may be asked."""
        for one in objects(told):
            if isinstance(one.get("operation"), str) and one.get("scope") == "ip":
                count, span = one.get("limitCount"), one.get("intervalMs")
                if isinstance(count, int) and isinstance(span, int):
                    self.found.limits[one["operation"][:60]] = f"{count} in {span / 1000:g} s"


def older(listed: Any) -> int:
    """Return a round that has scores: one of some weeks ago, or the oldest; 0 where none is told."""
    numbers = [row.get("number") for row in objects(listed)]
    known = sorted({one for one in numbers if isinstance(one, int) and not isinstance(one, bool)})
    return known[max(-BACK, -len(known))] if known else 0


def objects(told: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; nothing of what is none."""
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
