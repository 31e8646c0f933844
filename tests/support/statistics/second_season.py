"""The season's procedure a second time, written apart from the first: whole matrices, scipy, no memory."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from scipy import special

DECIDED = ("supported", "refuted", "equivalent")


def pieces(rounds, horizon):
    lags = np.abs(np.subtract.outer(rounds, rounds))
    shared = np.clip(1 - lags / horizon, 0, None)
    n = len(rounds)
    centring = np.eye(n) - np.ones((n, n)) / n
    centred = centring @ shared @ centring
    trace = np.trace(centred)
    return shared.sum() / n, trace, trace**2 / np.square(centred).sum()


def t_test(rounds, d, horizon):
    rounds, d = np.asarray(rounds), np.asarray(d)
    v, trace, df = pieces(rounds, horizon)
    mean = d.mean()
    spread = np.square(d - mean).sum()
    common = {"n": len(d), "n_eff": len(d) / v, "df": df}
    if spread < 1e-22:
        same = abs(mean) < 1e-12
        return common | {
            "mean": 0.0 if same else mean,
            "se": 0.0,
            "p": 1.0,
            "note": "identical" if same else "degenerate",
        }
    se = np.sqrt(spread / trace * v / len(d))
    return common | {"mean": mean, "se": se, "p": 2 * special.stdtr(df, -abs(mean / se)), "note": ""}


def band(rounds, d, a, horizon=20, best=250):
    rounds, d = np.asarray(rounds), np.asarray(d)
    n = len(d)
    _, trace, df = pieces(rounds, horizon)
    s2 = np.square(d - d.mean()).sum() / trace * horizon
    r2 = (-2 * np.log(a) + np.log(-2 * np.log(a) + 1)) / best
    w = np.sqrt(2 * s2 * (n * r2 + 1) / (n**2 * r2) * np.log(np.sqrt(n * r2 + 1) / a))
    w *= special.stdtrit(df, 1 - a / 2) / special.ndtri(1 - a / 2)
    return d.mean() - w, d.mean() + w


def histories(rules, records):
    """Return, of each pair, the differences in the rounds that both have a score in, as known at every seq."""
    found = {tuple(pair): {} for pair in rules["pairs"]}
    best = {}
    for seq in sorted({one["seq"] for one in records}):
        for one in (one for one in records if one["seq"] == seq and one["value"] is not None):
            in_season = rules["first"] <= one["round"] <= rules["last"] and one["version"] == rules["version"]
            if in_season and one["day"] >= rules["horizon"]:
                key = one["entrant"], one["round"]
                best[key] = max(best.get(key, (0, 0, 0.0)), (one["day"], seq, one["value"]))
        for (a, b), history in found.items():
            both = sorted(r for who, r in best if who == a and (b, r) in best)
            history[seq] = {r: best[a, r][2] - best[b, r][2] for r in both}
    return found


def end_of(rules, records):
    """Return the seq of the first event that was known at the season's end or later."""
    ends = datetime.fromisoformat(rules["ends"]) if rules.get("ends") else None
    after = [one["seq"] for one in records if ends and datetime.fromisoformat(one["known"]) >= ends]
    return min(after, default=None)


def taken(rules, history, end, upto):
    """Return seq and last round of each look of a pair that was taken by a seq."""
    found = []
    for seq in (one for one in history if one <= upto):
        have = list(history[seq])
        due = rules["looks"][len(found) :]
        if due and len(have) >= due[0] and (end is None or seq <= end):
            found.append((seq, have[due[0] - 1]))
        if seq == end and len(found) == len(rules["looks"]) - 1 >= 1:
            found.append((seq, have[-1]))
    return found


def looks(rules, records, upto, known=None):
    known = known or histories(rules, records)
    now = max((one["seq"] for one in records if one["seq"] <= upto), default=None)
    times = {pair: taken(rules, history, end_of(rules, records), upto) for pair, history in known.items()}
    made = []
    for k, alpha in enumerate(rules["alphas"], start=1):
        rows = []
        for pair, history in known.items():
            if len(times[pair]) < k:
                rows.append(({"p": 1.0}, pair))
                continue
            seq, last = times[pair][k - 1]
            d = {r: v for r, v in history[now].items() if r <= last}
            row = t_test(list(d), list(d.values()), rules["horizon"])
            rows.append((row | {"pair": list(pair), "look": k, "seq": seq, "last_round": last}, pair))
        made += judged(rows, k, alpha, rules)
    return made


def judged(rows, k, alpha, rules):
    m = len(rows)
    order = np.argsort([row["p"] for row, _ in rows], kind="stable")
    adjusted, going = 0.0, True
    for j, i in enumerate(order):
        row = rows[i][0]
        adjusted = max(adjusted, min(1.0, (m - j) * row["p"]))
        going = going and row["p"] <= alpha / (m - j)
        row |= {"p_holm": adjusted, "rejected": bool(going), "alpha": alpha}
    for row, _ in rows:
        if "pair" not in row:
            continue
        for low, high, level in (("lo", "hi", alpha / m), ("lo95", "hi95", 0.05)):
            half = special.stdtrit(row["df"], 1 - level / 2) * row["se"]
            row[low], row[high] = row["mean"] - half, row["mean"] + half
        small = max(abs(row["lo"]), abs(row["hi"])) < rules["delta"]
        row["equivalent"] = bool(small and row["note"] != "degenerate")
    return [row for row, _ in rows if "pair" in row]


def verdicts(rules, records, upto):
    """Return the verdicts as of a seq, with withdrawn for one that was there at any earlier seq."""
    seqs = sorted({one["seq"] for one in records if one["seq"] <= upto})
    known = histories(rules, records)
    had = {f"{a}>{b}": "not yet" for a, b in rules["pairs"]}
    for seq in seqs:
        now = dict.fromkeys(had, "")
        for row in looks(rules, records, seq, known):
            name = ">".join(row["pair"])
            if now[name]:
                continue
            if row["rejected"]:
                now[name] = "supported" if row["mean"] > 0 else "refuted"
            elif row["equivalent"]:
                now[name] = "equivalent"
        lost = {"not yet": "not yet"}
        had = {name: now[name] or lost.get(was, "withdrawn") for name, was in had.items()}
    return had
