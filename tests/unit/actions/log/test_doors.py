from nab.actions.log import doors, turn_books
from nab.core.facts import Poll
from support.repository.benches import bench_on


def test_the_books_of_the_same_log_are_folded_once_however_often_it_is_published(tmp_path, monkeypatch):
    bench, folded = bench_on(tmp_path), []
    books = turn_books.books
    monkeypatch.setattr(
        turn_books, "books", lambda events, seconds: folded.append(len(events)) or books(events, seconds)
    )
    bench.log.append(Poll(ok=True))
    for _ in range(3):
        doors.derive(bench)
    assert folded == [1]

    bench.log.append(Poll(ok=True))
    doors.derive(bench)
    assert folded == [1, 2]
