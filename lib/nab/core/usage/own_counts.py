"""What an agent's program counts itself, summed up from its transcripts: the last count of each response, once."""

from __future__ import annotations

from dataclasses import dataclass, field

from nab.core.agents.events import AnyEvent, Tokens
from nab.core.facts import Counts
from nab.core.recording.calls.lines import MOST_TOKENS
from nab.core.usage.token_sums import MANY, MOST_MODELS, plus

MOST_RESPONSES = 300_000
MOST_NAME = 128


@dataclass
class OwnCounts:
    """Counts by response, whichever transcripts tell of it. `odd` counts cannot be, and are left out."""

    responses: dict[str, tuple[str, Counts]] = field(default_factory=dict)
    nameless: dict[str, Counts] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    odd: int = 0
    too_many: bool = False

    def see(self, event: AnyEvent) -> None:
        """Take an event into account."""
        if not isinstance(event, Tokens) or event.scope != "response":
            return
        fields = {name: getattr(event, name) for name in Counts.__struct_fields__}
        if not all(0 <= tokens < MOST_TOKENS for tokens in fields.values()):
            self.odd += 1
        elif not event.response:
            model = self.name(event.model)
            self.nameless[model] = plus(self.nameless.get(model, Counts()), Counts(**fields))
        elif event.response in self.responses or len(self.responses) < MOST_RESPONSES:
            self.remember(event.response, self.name(event.model), Counts(**fields))
        else:
            self.too_many = True

    def name(self, model: str) -> str:
        """Return the model to count under: a transcript is its agent's, and may name any number of them."""
        if model in self.names or (len(self.names) < MOST_MODELS and len(model) <= MOST_NAME):
            self.names.add(model)
            return model
        return MANY

    def remember(self, response: str, model: str, counts: Counts) -> None:
        """Keep the last count of a response: a resumed session tells of it again, and counts only ever grow."""
        known = self.responses.get(response)
        self.responses[response] = (model, larger(known[1], counts) if known else counts)

    @property
    def models(self) -> dict[str, Counts]:
        """The sums by model; nothing when there were more responses than can be told apart."""
        if self.too_many:
            return {}
        found = dict(self.nameless)
        for model, counts in self.responses.values():
            found[model] = plus(found.get(model, Counts()), counts)
        return found


def larger(one: Counts, other: Counts) -> Counts:
    """Return the larger count of each kind."""
    return Counts(
        **{name: max(getattr(one, name), getattr(other, name)) for name in Counts.__struct_fields__}
    )
