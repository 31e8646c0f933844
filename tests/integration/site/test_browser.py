"""The site in a real browser: every kind of page, without a script too, narrow and wide, dark and printed."""

import shutil
from pathlib import Path

import pytest

from nab.actions.site import serving
from nab.edges.net import folder_servers
from support.site.sites import book_of
from support.statistics.simulated import year

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.full
if CHROMIUM is None:
    pytest.skip("no chromium on this machine: apt-get install chromium", allow_module_level=True)
playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: make ready-dev")

KINDS = (
    "index.html", "questions/index.html", "questions/better/index.html", "entrants/index.html",
    "entrants/codex-l4/index.html", "entrants/codex-l4/timeline/index.html",
    "entrants/codex-l4/timeline/2026-07/index.html",
    "runs/index.html", "runs/2026-05-30T090000Z-codex-l4/index.html", "rounds/index.html", "rounds/1432/index.html",
    "claims/index.html", "claims/l4-1402.13/index.html", "claims/l4-1402.13/v1/index.html",
    "compare/index.html", "compare/claude-l4-vs-codex-l4/index.html", "misses/index.html", "corrections/index.html",
    "processes/index.html", "diagnostics/index.html", "status/index.html", "as-of/index.html", "evidence/index.html",
    "evidence/0/index.html", "methodology/index.html", "rules/index.html", "glossary/index.html", "data/index.html",
)  # fmt: skip
TROUBLE = """() => {
  const found = [];
  const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  if (new Set(ids).size !== ids.length) found.push('an id is there twice');
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  if (!document.documentElement.lang || !document.title) found.push('no language or title');
  for (const one of document.querySelectorAll('svg[role=img]'))
    if (!one.getAttribute('aria-label')) found.push('a picture without a name');
  for (const one of document.querySelectorAll('a, button, input'))
    if (!(one.textContent.trim() || one.getAttribute('aria-label') || one.querySelector('title')))
      found.push(`something to press without a name: ${one.outerHTML.slice(0, 80)}`);
  for (const one of document.querySelectorAll('table'))
    if (!one.querySelector('th[scope]')) found.push('a table without headings');
  return found;
}"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve a small season, with the headers that its host sends."""
    folder = tmp_path_factory.mktemp("site")
    for path, content in book_of(year(rounds=75, looks=(20, 40)).events).files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    server = folder_servers.serving(folder, 0, serving.headers())
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser):
    """Return a function that opens a page and notes what it complained of and asked for."""
    contexts = []

    def opened(address, width=1280, **more):
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        page.complaints, page.asked = [], []
        page.on(
            "console",
            lambda one: page.complaints.append(one.text) if one.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda one: page.complaints.append(str(one)))
        page.on("request", lambda one: page.asked.append(one.url))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_every_kind_of_page_opens_without_a_complaint_and_asks_nobody_else(page, address):
    found = page(address)
    for kind in KINDS:
        assert found.goto(address + kind).status == 200, kind
        assert (kind, found.evaluate(TROUBLE)) == (kind, [])
        if "better" in kind or "claims/l4" in kind:
            assert found.locator("data").count() > 0
    assert found.complaints == []
    assert {one.startswith(address) for one in found.asked} == {True}


@pytest.mark.parametrize("width", [320, 2560])
def test_no_page_is_wider_than_the_screen(page, address, width):
    found = page(address, width)
    for kind in KINDS:
        found.goto(address + kind)
        assert (kind, found.evaluate(WIDER)) == (kind, 0)


def test_everything_is_there_without_a_script(page, address):
    plain, scripted = page(address, java_script_enabled=False), page(address)
    for kind in (
        "index.html",
        "claims/l4-1402.13/index.html",
        "entrants/codex-l4/timeline/2026-07/index.html",
    ):
        plain.goto(address + kind), scripted.goto(address + kind)
        assert plain.locator("main data").count() == scripted.locator("main data").count() > 0
        assert plain.locator("svg.chart").count() == scripted.locator("svg.chart").count() > 0
    plain.goto(address)
    plain.locator("td[data-label=mean] data a").first.click()
    assert "/claims/" in plain.url


def test_a_table_is_sorted_and_filtered_and_goes_back(page, address):
    found = page(address + "claims/index.html")
    names = lambda: found.locator("tbody th a:visible").all_inner_texts()  # noqa: E731
    before = names()
    button = found.get_by_role("button", name="difference")
    button.click()
    assert names() != before and sorted(names()) == sorted(before)
    button.click(), button.click()
    assert names() == before
    found.get_by_label("show only rows with these words").fill("gemini baseline-l4-b")
    assert 0 < len(names()) < len(before)


def test_a_timeline_is_zoomed_with_the_keyboard(page, address):
    found = page(address + "entrants/codex-l4/index.html")
    lanes = found.locator("svg.lanes")
    whole = lanes.get_attribute("viewBox")
    found.get_by_role("button", name="zoom in").press("Enter")
    assert lanes.get_attribute("viewBox") != whole
    found.get_by_role("button", name="whole").press("Enter")
    assert lanes.get_attribute("viewBox") == whole


def test_a_year_is_two_clicks_from_a_second(page, address):
    found = page(address + "entrants/codex-l4/index.html")
    found.locator("svg.lanes a").first.click()
    assert "/timeline/2026-" in found.url
    found.locator("tbody td data a").first.click()
    assert "/evidence/" in found.url and "#e" in found.url
    found.locator("tr:target").wait_for()


def test_it_is_dark_in_the_dark_and_black_on_white_on_paper(page, address, tmp_path):
    colour = "() => getComputedStyle(document.body).backgroundColor"
    light, dark = page(address, color_scheme="light"), page(address, color_scheme="dark")
    assert light.evaluate(colour) != dark.evaluate(colour)
    light.emulate_media(media="print")
    assert light.evaluate(colour) == "rgb(255, 255, 255)"
    assert not light.locator("header nav").is_visible()
    assert len(light.pdf(path=tmp_path / "home.pdf")) > 10_000


def test_it_says_when_nobody_has_looked_for_long(page, address):
    found = page(address)

    found.locator("#banner").wait_for()
    assert "Nobody has looked for" in found.locator("#banner").inner_text()


def test_what_an_agent_wrote_runs_nowhere_and_leads_nowhere(page, address):
    found = page(address)
    dialogs = []
    found.on("dialog", lambda one: dialogs.append(one) or one.dismiss())
    for kind in ("runs/2026-05-30T090000Z-codex-l4/index.html", "processes/index.html", "misses/index.html"):
        found.goto(address + kind)
        assert found.locator('a[href*="evil"]').count() == 0
        assert found.locator("main script").count() == 0
    assert dialogs == []
    found.goto(address + "processes/index.html")
    assert "<script>alert(1)</script>" in found.locator("q").first.inner_text()


def test_pictures_of_it_are_kept(page, address, request):
    folder = Path(request.config.rootpath) / ".screenshots"
    folder.mkdir(exist_ok=True)
    for path in folder.glob("home-*.png"):
        path.unlink()
    for width, scheme in ((320, "light"), (1280, "light"), (1280, "dark"), (2560, "light")):
        found = page(address, width, color_scheme=scheme)
        found.screenshot(path=folder / f"home-{width}-{scheme}.png", full_page=True)
    assert len(list(folder.glob("home-*.png"))) == 4
