"""What the scripted models do. A scenario is a function of the conversation so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nab.core.errors import NabError
from nab.models import work
from nab.models.conversations import Conversation, filled_text
from nab.models.turns import Ending, Manner, Played, Refused, Reply, Shell, Trouble, Turn, Wait

THOUGHT = "What is there already, and what is the next small step towards a submission that works every day?"
DONE = "submit.sh is in place and its check went through: it predicts the live data and uploads. I am done."
A_DAY = 86_400


@dataclass(frozen=True)
class Moment:
    """What a scenario sees. `failed` counts the requests of this conversation that were refused or broke off."""

    conversation: Conversation
    failed: int
    now: datetime
    options: Mapping[str, str] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """Return an option that is a number."""
        return float(self.options[name])

    @property
    def troubled(self) -> bool:
        """Say whether this request fails: from a step on, and so many times."""
        return self.failed < self.number("times") and self.conversation.step >= self.number("step")


def along(turns: tuple[Turn, ...]) -> Callable[[Moment], Reply]:
    """Return the scenario that takes one turn after the other, and then repeats the last."""

    def play(moment: Moment) -> Reply:
        if moment.conversation.running:
            return Played(Turn(calls=(Wait(moment.conversation.running),)))
        return Played(turns[min(moment.conversation.step, len(turns) - 1)])

    return play


def running(*steps: tuple[str, str], ends: str = DONE, seconds: int = 120) -> Callable[[Moment], Reply]:
    """Return the scenario that says something and runs something, some times, and then says how it ends."""
    turns = [Turn(thought=THOUGHT, text=said, calls=(Shell(command, seconds),)) for said, command in steps]
    return along((*turns, Turn(text=ends)))


def then(moment: Moment) -> Reply:
    """Go on with the scenario that comes after the trouble."""
    return play(moment.options["then"], moment.conversation, moment.failed, moment.now)


def refusing(trouble: Trouble) -> Callable[[Moment], Reply]:
    """Return the scenario in which the provider refuses some times."""

    def play(moment: Moment) -> Reply:
        if not moment.troubled:
            return then(moment)
        after = moment.number("retry_after") if "retry_after" in moment.options else None
        resets = None
        if trouble is Trouble.USAGE_LIMIT:
            # Providers name full minutes.
            resets = (moment.now + timedelta(minutes=moment.number("minutes"))).replace(
                second=0, microsecond=0
            )
        return Refused(trouble, retry_after=after, resets=resets)

    return play


def stream_cut(moment: Moment) -> Reply:
    """Break the connection when a share of the stream is sent."""
    reply = then(moment)
    if isinstance(reply, Played) and moment.troubled:
        return Played(reply.turn, Manner(cut_after=moment.number("after")))
    return reply


def slow(moment: Moment) -> Reply:
    """Take so many seconds for every turn."""
    reply = then(moment)
    return (
        Played(reply.turn, Manner(seconds=moment.number("seconds"))) if isinstance(reply, Played) else reply
    )


def silent(moment: Moment) -> Reply:
    """Send nothing for so many seconds."""
    reply = then(moment)
    return Played(reply.turn, Manner(silent=moment.number("seconds"))) if isinstance(reply, Played) else reply


def hangs(moment: Moment) -> Reply:
    """Call a command that does not come back, again and again."""
    command = f"echo looking; sleep {moment.number('seconds'):.0f}"
    return running(*[("Let me wait for this.", command)] * 50, seconds=A_DAY)(moment)


def background(moment: Moment) -> Reply:
    """Leave a process behind."""
    command = work.leave_behind(moment.number("seconds"))
    return running(("I start the training in the background.", command), ends="It trains on. I stop.")(moment)


def submits_on(moment: Moment) -> Reply:
    """Do the work, and leave behind what submits by itself."""
    command = work.leave_submitting(moment.number("seconds"))
    return running(*work.SUBMISSION, ("It submits by itself from now on.", command), ends="I stop.")(moment)


def studies(moment: Moment) -> Reply:
    """Read, measure, have diagnosed, submit, and leave behind what submits another candidate."""
    command = work.leave_another(moment.number("seconds"), moment.number("again"))
    return running(*work.STUDY, ("Another candidate follows by itself.", command), ends="I stop.")(moment)


def side_answer(conversation: Conversation) -> Reply:
    """Answer what an agent asks beside its work: a title, a choice of model, a summary."""
    return Played(Turn(text=filled_text(conversation.schema) if conversation.schema else "ok"))


@dataclass(frozen=True)
class Scenario:
    """A scenario, the options it has with their usual values, and what it is in a sentence.

    The failures of one that is `everywhere` are counted over all conversations: a new one is its remedy.
    """

    what: str
    play: Callable[[Moment], Reply]
    usual: Mapping[str, str] = field(default_factory=dict)
    everywhere: bool = False


ONCE = {"times": "1", "step": "0", "then": "submit"}
ALWAYS = {**ONCE, "times": "1000000"}
SCENARIOS = {
    "submit": Scenario("research, a model, a submit.sh that works, and its check", running(*work.SUBMISSION)),
    "basic": Scenario("three small commands and a submit.sh that only prints", running(*work.BASIC)),
    "rate-limit": Scenario(
        "429 with the seconds to wait, some times", refusing(Trouble.RATE_LIMIT), {**ONCE, "retry_after": "2"}
    ),
    "usage-limit": Scenario(
        "a used-up plan or budget, with the time it comes back",
        refusing(Trouble.USAGE_LIMIT),
        {**ALWAYS, "minutes": "134"},
    ),
    "auth": Scenario("the key is not taken", refusing(Trouble.AUTH), ALWAYS),
    "billing": Scenario("there is no money left", refusing(Trouble.BILLING), ALWAYS),
    "overload": Scenario("529 or 503", refusing(Trouble.OVERLOAD), ALWAYS),
    "server-error": Scenario("500", refusing(Trouble.SERVER_ERROR), ALWAYS),
    "context-overflow": Scenario(
        "the input is too long", refusing(Trouble.CONTEXT_OVERFLOW), ALWAYS, everywhere=True
    ),
    "stream-cut": Scenario(
        "the connection ends inside a stream", stream_cut, {**ONCE, "step": "1", "after": "0.5"}
    ),
    "slow": Scenario("every turn trickles for some seconds", slow, {"seconds": "30", "then": "submit"}),
    "silent": Scenario("no byte of an answer for some seconds", silent, {"seconds": "900", "then": "submit"}),
    "stops-early": Scenario("says that it is done, and there is no submit.sh", running(ends=DONE)),
    "hangs": Scenario("a command that does not come back", hangs, {"seconds": str(A_DAY)}),
    "background": Scenario("leaves a process of its own session behind", background, {"seconds": "600"}),
    "submits-on": Scenario(
        "the work of submit, and a process left behind that submits", submits_on, {"seconds": "20"}
    ),
    "studies": Scenario(
        "pages read, three candidates measured and diagnosed, a submission, and a process left behind for another",
        studies,
        {"seconds": "10", "again": "600"},
    ),
    "out-of-memory": Scenario(
        "a command that takes memory until it is killed",
        running(*work.TOO_MUCH, ends="It was killed. I stop."),
    ),
    "refusal": Scenario(
        "the model does not want to",
        along((Turn(text="I can't help with that request.", ending=Ending.REFUSAL),)),
    ),
    "empty-turn": Scenario("the model says and calls nothing", along((Turn(),))),
}


def parse(described: str) -> tuple[str, dict[str, str]]:
    """Return the name and the options of NAME[:key=value,...]."""
    name, _, rest = described.partition(":")
    if name not in SCENARIOS:
        raise NabError(f"no scenario is called {name}", hint=f"choose from {', '.join(SCENARIOS)}")
    options = dict(SCENARIOS[name].usual)
    for pair in filter(None, rest.split(",")):
        key, equals, value = pair.partition("=")
        if key not in options or not equals or not fits(key, value):
            known = ", ".join(f"{key}={value}" for key, value in options.items()) or "none"
            raise NabError(f"{pair} is no option of the scenario {name}", hint=f"its options: {known}")
        options[key] = value
    return name, options


def fits(key: str, value: str) -> bool:
    """Say whether an option can have this value."""
    return value in SCENARIOS if key == "then" else value.replace(".", "", 1).isdigit()


def counts_everywhere(described: str) -> bool:
    """Say whether the failures of all conversations count."""
    return SCENARIOS[parse(described)[0]].everywhere


def play(described: str, conversation: Conversation, failed: int, now: datetime) -> Reply:
    """Return what the model does next."""
    name, options = parse(described)
    return SCENARIOS[name].play(Moment(conversation, failed, now, options))
