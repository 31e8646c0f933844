"""One figure of the whole program, as SVG: the agent's box, its proxy, the harness and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 960, 500
LINE = 18  # from one line of a panel's text to the next


@dataclass(frozen=True)
class Panel:
    """A rectangle with a title and lines of text below it."""

    title: str
    lines: tuple[str, ...]
    x: int
    y: int
    width: int
    height: int
    kind: str = "ours"


@dataclass(frozen=True)
class Arrow:
    """A straight way from one point to another, with a word beside it."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str
    at: tuple[int, int]


PANELS = (
    Panel(
        "Agent's box",
        (
            "a container",
            "Claude Code, Codex, Gemini,",
            "or an agent of your own",
            "writes submit.sh; has no key",
        ),
        30,
        80,
        240,
        120,
        "agent",
    ),
    Panel(
        "Proxy",
        (
            "the agent's only way out",
            "puts the keys into calls",
            "refuses what is not allowed",
            "records every call",
        ),
        360,
        80,
        220,
        120,
    ),
    Panel(
        "Outside",
        ("Numerai", "or the local tournament", "the model's provider", "or scripted models; the web"),
        700,
        80,
        230,
        120,
        "outside",
    ),
    Panel(
        "Harness",
        (
            "starts, watches and ends runs",
            "fires submit.sh in each window",
            "asks Numerai what arrived",
            "fetches the scores",
        ),
        30,
        300,
        240,
        120,
    ),
    Panel(
        "Records",
        (
            "one event log: append-only,",
            "with a chain of hashes;",
            "per run: calls, sessions,",
            "workspace, processes",
        ),
        360,
        300,
        220,
        120,
    ),
    Panel(
        "What you see",
        (
            "make status, show, why",
            "make results, claims, sql",
            "the site, alarms",
            "all of it made from records",
        ),
        700,
        300,
        230,
        120,
        "seen",
    ),
)
ARROWS = (
    Arrow((270, 140), (360, 140), "all calls", (315, 130)),
    Arrow((580, 140), (700, 140), "with keys", (640, 130)),
    Arrow((150, 300), (150, 200), "starts, fires submit.sh", (160, 255)),
    Arrow((270, 360), (360, 360), "events", (315, 350)),
    Arrow((470, 200), (470, 300), "every call", (480, 255)),
    Arrow((580, 360), (700, 360), "is shown", (640, 350)),
)
STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:16px}"
    ".word{font-size:12px;fill:#57606a}.box{stroke:#57606a;stroke-width:1.2}"
    ".ours{fill:#ddf4ff}.agent{fill:#fff8c5}.outside{fill:#f6f8fa}.seen{fill:#dafbe1}"
    ".way{stroke:#57606a;stroke-width:1.5;fill:none}.host{fill:none;stroke:#8c959f;stroke-dasharray:6 4}"
)


def svg() -> str:
    """Draw the figure; the same text each time, so that the committed file can be compared with it."""
    return "\n".join(_parts()) + "\n"


def _parts() -> Iterator[str]:
    title = "An agent in its box, the proxy as its only way out, and the harness that records and submits"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
    )
    yield f"<title>{title}</title><style>{STYLE}</style>"
    yield (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#57606a"/></marker></defs>'
    )
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#ffffff"/>'
    yield '<rect class="host" x="14" y="44" width="584" height="408" rx="8"/>'
    yield '<text class="word" x="30" y="66">your machine</text>'
    yield '<text class="word" x="700" y="66">agents go through the proxy</text>'
    for panel in PANELS:
        yield from _panel(panel)
    for arrow in ARROWS:
        yield from _arrow(arrow)
    said = "Drawn by make figure. No container has a key in a file, an environment variable or a mount."
    yield f'<text class="word" x="30" y="480">{said}</text>'
    yield "</svg>"


def _panel(panel: Panel) -> Iterator[str]:
    place = f'x="{panel.x}" y="{panel.y}" width="{panel.width}" height="{panel.height}"'
    yield f'<rect class="box {panel.kind}" {place} rx="6"/>'
    yield f'<text class="title" x="{panel.x + 14}" y="{panel.y + 26}">{escape(panel.title)}</text>'
    for number, line in enumerate(panel.lines, 1):
        yield f'<text x="{panel.x + 14}" y="{panel.y + 30 + number * LINE}">{escape(line)}</text>'


def _arrow(arrow: Arrow) -> Iterator[str]:
    (x1, y1), (x2, y2) = arrow.start, arrow.end
    yield f'<path class="way" d="M{x1} {y1}L{x2} {y2}" marker-end="url(#tip)"/>'
    anchor = "start" if x1 == x2 else "middle"  # beside an upright arrow, above a level one
    x, y = arrow.at
    yield f'<text class="word" x="{x}" y="{y}" text-anchor="{anchor}">{escape(arrow.text)}</text>'
