"""Tell one round, and why an entrant's outcome in it is what it is, from the log alone."""

from __future__ import annotations

import msgspec
from msgspec import structs

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.facts import Place, RoundRanked
from nab.core.outcomes import explanations
from nab.core.overview import ranks as overview_ranks
from nab.core.overview.overview import Row, Standings
from nab.core.overview.round_summaries import OutcomeSummary, outcome
from nab.core.text import printable, times
from nab.core.text.tables import Report, Table

UNOWED = "not owed: it was not enrolled when the round opened, and is shown because something of it was seen"


class RankedOutcome(OutcomeSummary, frozen=True, kw_only=True):
    """An entrant's outcome in a round, with its ranks by metric."""

    ranks: dict[str, Place]


class RoundTold(msgspec.Struct, frozen=True, kw_only=True):
    """A round with every entrant's outcome."""

    round: int
    opens: str | None  # null where Numerai has not told them
    closes: str | None
    upto_seq: int
    entrants: dict[str, RankedOutcome]


class Why(RankedOutcome, frozen=True, kw_only=True):
    """An entrant's outcome in a round, with its evidence."""

    round: int
    entrant: str
    upto_seq: int
    chain: tuple[explanations.EvidenceLine, ...]


def found_round(standings: Standings, number: int | None) -> int:
    """Return the number of a round that is known; the newest where none is given. Raises NabError."""
    numbers = standings.numbers
    if not numbers:
        raise NabError("no round is known yet", hint="make tick asks Numerai")
    if number is None:
        return max(standings.rounds or numbers)
    if number not in numbers:
        newest = ", ".join(map(str, numbers[-5:]))
        raise NabError(f"no round {number} in the log", hint=f"the newest: {newest}")
    return number


def found_row(standings: Standings, number: int, entrant: str) -> Row:
    """Return an entrant's row in a round. Raises NabError that says who has one, or why this one has none."""
    rows = {row.entrant: row for row in standings.rows if row.round.number == number}
    if entrant in rows:
        return rows[entrant]
    if entrant in standings.enrolments:
        since = standings.enrolments[entrant].since
        raise NabError(
            f"round {number} had opened before {entrant} was enrolled ({since}), and nothing of it was seen there"
        )
    raise NabError(
        f"no ENTRANT {entrant!r} in round {number}", hint=f"those in it: {', '.join(rows) or 'nobody'}"
    )


def of_round(bench: Bench, number: int | None) -> RoundTold:
    """Gather a round: its times, and every entrant's outcome with cause and reason."""
    standings = bench.standings()
    number = found_round(standings, number)
    window = standings.rounds.get(number)
    ranked = overview_ranks.kept(bench.log.events())
    return RoundTold(
        round=number,
        opens=times.text(window.opens) if window else None,
        closes=times.text(window.closes) if window else None,
        upto_seq=standings.upto_seq,
        entrants={
            row.entrant: RankedOutcome(
                **structs.asdict(outcome(row)), ranks=ranks(ranked.get((row.entrant, number)))
            )
            for row in standings.rows
            if row.round.number == number
        },
    )


def ranks(fact: RoundRanked | None) -> dict[str, Place]:
    """Return the ranks by metric; none where they are not kept."""
    return {} if fact is None else fact.places


def show_round(found: RoundTold) -> Report:
    """Write it for a person."""
    times_told = f"open from {found.opens} to {found.closes}" if found.opens else "Numerai has told no times"
    head = f"round {found.round}: {times_told}"
    if not found.entrants:
        return [f"{head}\nnobody was enrolled when it opened, and nothing of ours was seen in it"]
    cells = [
        (
            name,
            one.loud_words + (f" ({one.corrected})" if one.corrected else ""),
            one.cause or "",
            printable.line(one.reason),
            one.made_by or "",
        )
        for name, one in found.entrants.items()
    ]
    shown = Table(("entrant", "outcome", "cause", "reason", "made by"), cells)
    return [head, shown, f"make why ROUND={found.round} ENTRANT=... tells the evidence"]


def of_entrant(bench: Bench, number: int | None, entrant: str) -> Why:
    """Gather the evidence of an entrant's round, and what follows from it."""
    standings, events = bench.standings(), bench.log.events()
    number = found_round(standings, number)
    row = found_row(standings, number, entrant)
    chain = explanations.chain(events, entrant, row.round, row.outcome)
    ranked = overview_ranks.kept(events).get((entrant, number))
    about = {"round": number, "entrant": entrant, "upto_seq": standings.upto_seq}
    return Why(**structs.asdict(outcome(row)) | about, ranks=ranks(ranked), chain=tuple(chain))


def show_entrant(found: Why) -> Report:
    """Write it for a person."""
    whose = f"; whose doing: {found.cause}" if found.cause else ""
    reason = f": {printable.line(found.reason)}" if found.reason else ""
    corrected = f" ({found.corrected})" if found.corrected else ""
    made = f"\nmade by {found.made_by}" if found.made_by else ""
    ranked = overview_ranks.words(found.ranks)
    head = [
        f"round {found.round}, {found.entrant}: {found.loud_words}{corrected}{reason}{whose}{made}",
        *filter(None, ["" if found.owed else UNOWED, ranked]),
        f"as of event {found.upto_seq}; * is what decides",
    ]
    return ["\n".join(head), Table(("", "event", "when", "what was seen"), explanations.rows(found.chain))]
