"""The mistakes that the tests of windows and outcomes have to notice. The first two are those that were really made."""

from __future__ import annotations

from nab.chaos.mutants import Mutant

MUTANTS = (
    Mutant(
        "submit.sh is looked for before the level is asked",
        "windows/duties.py",
        "    match submits(facts.level):\n        case Submits.BY_AGENT:",
        "    if not facts.has_script:\n        return Action.ALERT, Reason.NO_SCRIPT\n"
        "    match submits(facts.level):\n        case Submits.BY_AGENT:",
    ),
    Mutant(
        "after 24 fruitless looks nobody looks any more",
        "outcomes/polling.py",
        "    if not answered:\n",
        '    if len(asked.answered) >= 24:\n        return Due(False, "abandoned")\n    if not answered:\n',
    ),
    Mutant(
        "what is listed after 24 fruitless looks is not taken any more",
        "outcomes/outcomes.py",
        "    if seen:\n        return seen\n",
        "    if seen and len(known.polls(entrant).answered) < 24:\n        return seen\n",
    ),
    Mutant(
        "a miss is final",
        "outcomes/outcomes.py",
        "    seen = witnessed(known, events, entrant, window)\n    if seen:",
        "    seen = witnessed(known, events, entrant, window)\n"
        "    missed = known.polls(entrant).answer_since(times.text(settles(window)))\n"
        "    if seen and (missed is None or missed > max(seen.because)):",
    ),
    Mutant(
        "an error counts as an answer without a submission",
        "outcomes/evidence.py",
        "    if fact.ok:\n        asked.answered.append(",
        "    if True:\n        asked.answered.append(",
    ),
    Mutant(
        "the first submission wins",
        "outcomes/outcomes.py",
        "event, seen = max(",
        "event, seen = min(",
    ),
    Mutant(
        "an answer before the close makes a miss",
        "outcomes/outcomes.py",
        "    settled = times.text(settles(window))\n",
        "    settled = times.text(window.opens)\n",
    ),
    Mutant(
        "an upload that the proxy saw is forgotten",
        "outcomes/outcomes.py",
        "if uploads else None",
        "if False else None",
    ),
    Mutant(
        "late counts as missed",
        "outcomes/outcomes.py",
        "if not seen.error]\n    if not valid:",
        'if not seen.error and seen.status != "late"]\n    if not valid:',
    ),
    Mutant(
        "what was known at a place of the log includes what came later",
        "outcomes/corrections.py",
        "for event in known.about.get(key, []) if event.seq <= seq]",
        "for event in known.about.get(key, [])]",
    ),
    Mutant(
        "the first word on a round's times holds",
        "windows/rounds.py",
        "            found[event.round] = Round(",
        "            found[event.round] = found.get(event.round) or Round(",
    ),
    Mutant(
        "an outage is a closed window",
        "windows/duties.py",
        "            return Action.WAIT, Reason.UNANSWERED",
        "            return Action.WAIT, Reason.CLOSED",
    ),
    Mutant(
        "Numerai's silence is the agent's miss",
        "outcomes/causes.py",
        "    if all(one.failed for one in seen):\n        return unseen(seen)\n",
        "",
    ),
    Mutant(
        "a pause of ours is the agent's miss",
        "outcomes/causes.py",
        "    if awake == 0 or paused:\n        return asleep(seen, life, window)\n",
        "",
    ),
    Mutant(
        "an engine that does not answer is a box that is gone",
        "windows/duties.py",
        "Action.ALERT, Reason.NO_ENGINE)",
        "Action.ALERT, Reason.BOX_GONE)",
    ),
    Mutant(
        "a late upload stands in for the next round",
        "outcomes/listings.py",
        ">= window.opens for seen in valid)",
        ">= window.opens for seen in valid) or valid",
    ),
    Mutant(
        "an agent that submits by itself is enrolled when its run has ended",
        "runs/enrolments.py",
        "case RunStarted() if intended is not None and submits(intended.level) is Submits.BY_AGENT:",
        "case RunStarted() if intended is None and submits(intended.level) is Submits.BY_AGENT:",
    ),
    Mutant(
        "our clock counts though it stands wrong",
        "outcomes/clock_skew.py",
        "abs(seconds) > SKEWED_SECONDS else 0.0",
        "abs(seconds) < SKEWED_SECONDS else 0.0",
    ),
    Mutant(
        "a score is final when Numerai flags it",
        "scores/scores.py",
        "return self.day >= NAMED[self.metric].horizon and",
        "return self.day >= 1 and",
    ),
    Mutant(
        "a revision of a score is not taken",
        "scores/scores.py",
        "fact.day >= before.day",
        "fact.day > before.day",
    ),
    Mutant(
        "the pauses after silence grow without end",
        "outcomes/polling.py",
        "min(LONGEST_RETRY, FIRST_RETRY * (1 << min(failures - 1, 10)))",
        "FIRST_RETRY * (1 << min(failures - 1, 10))",
    ),
    Mutant(
        "the first in the queue takes all of the window",
        "windows/attempts.py",
        ".total_seconds() / max(1, waiting)",
        ".total_seconds()",
    ),
    Mutant(
        "the queue has always the same order",
        "windows/attempts.py",
        "key=lambda name: (last.get(name, 0), name)",
        "key=lambda name: name",
    ),
    Mutant(
        "Numerai's gateway error is the agent's failure",
        "windows/attempts.py",
        "status >= 500 or status == 429",
        "status >= 600 or status == 429",
    ),
    Mutant(
        "a checkpoint forgets who made the submissions of runs that are over",
        "overview/compaction.py",
        "return event.round not in closed.rounds or event.kind in OF_A_CLOSED_ROUND",
        "return (event.round not in closed.rounds and event.run not in closed.runs) or event.kind in OF_A_CLOSED_ROUND",
    ),
    Mutant(
        "a checkpoint keeps no answer that a miss is told from",
        "overview/compaction.py",
        "                yield from (*seqs[place : place + 1], *least[place : place + 1])",
        "                yield from (seqs and least)[:0]",
    ),
    Mutant(
        "a closed round with an unanswered question is closed",
        "overview/compaction.py",
        "return over - lately - unsettled",
        "return over - lately",
    ),
    Mutant(
        "what comes to light in a closed round is not looked at",
        "log/closed_periods.py",
        "return event.run in closed.runs or event.round in closed.rounds",
        "return event.run in closed.runs",
    ),
    Mutant(
        "a run that is refused for ever is tried at every tick",
        "upkeep/sync/pieces.py",
        "return 0.0 if times < 2 else min(",
        "return 0.0 if times else min(",
    ),
    Mutant(
        "the list of what stays here has no bound",
        "upkeep/sync/manifest.py",
        "row[1] <= MOST_BYTES",
        "row[1] <= MOST_BYTES << 20",
    ),
    Mutant(
        "what was taken back counts as there",
        "upkeep/sync/mirror_index.py",
        "self.files = exchanged(self.files, there.files, lambda path: pieces.of(path) == piece)",
        "self.files = dict(self.files)",
    ),
)
