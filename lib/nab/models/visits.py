"""One request on its way: from what it says over what the scenario does to its line in the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from nab.core.text import times
from nab.core.text.terminal import one_line
from nab.edges import clock
from nab.models import scenarios, tokens
from nab.models.conversations import Conversation
from nab.models.ledger import Entry, Ledger
from nab.models.providers import Call, Provider, key
from nab.models.streams import Sent
from nab.models.turns import Answered, Frame, Ids, Played, Refused, Reply, Trouble, Usage

BESIDE = "beside"
SHOWN = 6


@dataclass(frozen=True)
class House:
    """What the server was started with, and what it wrote down since."""

    ledger: Ledger
    scenario: str = "submit"
    keys: Mapping[str, str] = field(default_factory=dict)
    say: Callable[[str], None] = lambda line: None


@dataclass(frozen=True)
class Visit:
    """A request for a turn."""

    house: House
    provider: Provider
    conversation: Conversation
    ids: Ids
    started: float

    @property
    def scenario(self) -> str:
        """Say what is played; a request that offers no shell is not about the work itself."""
        if self.conversation.shell is None:
            return BESIDE
        return self.conversation.described or self.house.scenario

    @property
    def session(self) -> str:
        """Return a short name of the conversation; a session's own name, or its opening, may be long."""
        return sha256(f"{self.provider.name} {self.conversation.session}".encode()).hexdigest()[:16]

    def reply(self) -> Reply:
        """Return what the scenario does."""
        if self.scenario == BESIDE:
            return scenarios.side_answer(self.conversation)
        whose = self.provider.name if scenarios.counts_everywhere(self.scenario) else self.session
        failed = self.house.ledger.failed(whose)
        return scenarios.play(self.scenario, self.conversation, failed, self.ids.made)

    def refused(self, why: Refused) -> Answered:
        """Return the provider's own answer to a trouble."""
        return self.provider.refused(why, self.ids, subscription=self.conversation.subscription)

    def warn(self) -> None:
        """Say where a first request offers tools and none is a shell: what is answered then does no work."""
        talk = self.conversation
        if talk.offered and talk.shell is None and talk.step == 0:
            names = ", ".join(one_line(name) for name in talk.offered[:SHOWN])
            more = f" and {len(talk.offered) - SHOWN} more" if len(talk.offered) > SHOWN else ""
            self.house.say(
                f"session {self.session} ({one_line(talk.model)}) offers {names}{more}, and none of it takes a command "
                "as a text (command, cmd or script): the scripted model has nothing to work with, and answers ok"
            )

    def usage(self, played: Played) -> Usage:
        """Return what the whole turn costs."""
        return tokens.usage(self.conversation, played.turn, writes_cache=self.provider.writes_cache)

    def frames(self, played: Played) -> list[Frame]:
        """Return the answer in the pieces that it is sent in."""
        used, shell = self.usage(played), self.conversation.shell
        if not self.conversation.wants_usage:
            used = Usage()
        if self.conversation.streamed:
            return list(self.provider.streamed(played.turn, used, self.ids, shell))
        body = json.dumps(self.provider.whole(played.turn, used, self.ids, shell)).encode()
        middle = len(body) // 2
        return [Frame(body[:middle], Usage()), Frame(body[middle:], used)]

    def write(self, status: int, sent: Sent, planned: Usage) -> None:
        """Write into the ledger how it ended."""
        talk = self.conversation
        entry = Entry(
            id=self.ids.answer,
            time=times.text(self.ids.made),
            provider=self.provider.name,
            model=talk.model,
            session=self.session,
            scenario=self.scenario,
            prompts=talk.prompts,
            step=talk.step,
            failed_before=self.house.ledger.failed(self.session),
            status=status,
            streamed=talk.streamed,
            finished=sent.finished,
            usage=sent.usage,
            planned=planned,
            request_bytes=talk.size,
            response_bytes=sent.size,
            seconds=round(clock.monotonic() - self.started, 3),
        )
        self.house.ledger.add(entry)


def turned_away(house: House, provider: Provider, call: Call, ids: Ids) -> Answered | None:
    """Return the answer to a key that is missing or wrong, where keys are looked at."""
    wanted, given = house.keys.get(provider.name), key(provider, call)
    if wanted is None or given == wanted:
        return None
    if not given:
        return provider.missing_key(ids)
    return provider.refused(Refused(Trouble.AUTH), ids, subscription=False)
