"""How many pages and predictions are kept, in words, and the list of them."""

import msgspec

from nab.core.recording.predictions import FULL, Form, Upload, counted, read


def uploads(*forms):
    return [Upload(form=form, why=FULL if form is Form.NOT else None) for form in forms]


def test_nothing_is_kept_of_a_run_that_read_and_uploaded_nothing():
    assert counted([], 1 << 20, [], 0).words == "no pages; no predictions"


def test_what_is_kept_is_counted_by_its_form_and_the_newest_reason_is_told():
    found = counted([40_000, 5_000, 100], 1 << 20, uploads(Form.WHOLE, Form.SKETCH, Form.WHOLE, Form.NOT), 1)

    assert found.words == (
        "3 pages (45 kB); 2 predictions whole, 1 as a sketch, 1 not kept, 1 waiting"
        " (as much is kept as recording.predictions_max_mib allows)"
    )
    assert counted([2_340_000], 2 << 20, uploads(Form.SKETCH), 0).words == (
        "1 page (2.3 MB, as much as recording.pages_max_mib allows); 1 as a sketch"
    )


def test_a_line_that_cannot_be_read_is_left_out():
    whole = Upload(sha256="ab", form=Form.WHOLE)

    assert list(read([b'{"sha', msgspec.json.encode(whole), b"\xff", b'{"form":"eaten"}'])) == [whole]
