import pytest

from nab.site.gates import links

THERE = {"index.html", "claims/index.html", "evidence/0/index.html"}
IDS = {"evidence/0/index.html": {"e7"}}


def dead(path, page):
    return [one.what for one in links.dead(path, page, THERE, IDS)]


def test_links_from_page_to_page_pass():
    assert (
        dead("claims/index.html", '<a href="../index.html">h</a><a href="../evidence/0/index.html#e7">7</a>')
        == []
    )


@pytest.mark.parametrize(
    "target", ["gone/index.html", "../outside.html", "evidence/0/index.html#e8", "claims/"]
)
def test_a_link_to_nowhere_is_found(target):
    assert dead("index.html", f'<a href="{target}">x</a>') == [target]


@pytest.mark.parametrize(
    "page",
    ['<script src="https://cdn.example/x.js"></script>',
     '<a href="//evil.example/">x</a>', '<a href="javascript:alert(1)">x</a>',
     '<img src="data:image/png;base64,AA">', "<iframe></iframe>", '<a href="&#106;avascript:x">x</a>'],
)  # fmt: skip
def test_what_leads_or_asks_elsewhere_is_found(page):
    assert {one.gate for one in links.foreign("p", page)} == {"request to another host"}


@pytest.mark.parametrize(
    "page",
    [
        "<script>x()</script>",
        "<style>a{}</style>",
        '<p style="x">',
        '<p onclick="x()">',
        "<SCRIPT>x</SCRIPT>",
    ],
)
def test_a_script_or_a_style_in_a_page_is_found(page):
    assert {one.gate for one in links.inline("p", page)} == {"inline script or style"}


def test_the_sites_own_script_and_words_about_scripts_pass():
    page = '<script src="site.js" defer></script><p>&lt;script&gt;x&lt;/script&gt; onclick=</p>'

    assert [*links.inline("p", page), *links.foreign("p", page)] == []


def test_a_style_that_asks_for_anything_is_found():
    assert len(list(links.style("style.css", b"@import 'x';a{background:url(x)}"))) == 2
