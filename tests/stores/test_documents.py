"""Documents are changed only by those who know how they are; definitions are kept under their digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asl.stores.base import Store


def test_compare_and_set(store: Store) -> None:
    assert store.document("machine", "a") is None
    assert store.put_document("machine", "a", {"n": 1}, 1) is None
    first = store.put_document("machine", "a", {"n": 1}, None)
    assert first is not None
    assert (first.kind, first.name, first.body) == ("machine", "a", {"n": 1})
    assert store.document("machine", "a") == first
    assert store.document("activity", "a") is None
    assert store.put_document("machine", "a", {"n": 9}, None) is None
    second = store.put_document("machine", "a", {"n": 2}, first.revision)
    assert second is not None
    assert second.revision > first.revision
    assert store.put_document("machine", "a", {"n": 9}, first.revision) is None
    assert store.document("machine", "a") == second


def test_compare_and_remove(store: Store) -> None:
    first = store.put_document("machine", "a", 1, None)
    assert first is not None
    second = store.put_document("machine", "a", 2, first.revision)
    assert second is not None
    assert not store.delete_document("machine", "a", first.revision)
    assert not store.delete_document("machine", "b", second.revision)
    assert store.delete_document("machine", "a", second.revision)
    assert not store.delete_document("machine", "a", second.revision)
    assert store.document("machine", "a") is None


def test_a_revision_never_comes_twice(store: Store) -> None:
    seen = set()
    for _ in range(3):
        made = store.put_document("machine", "a", 1, None)
        assert made is not None
        changed = store.put_document("machine", "a", 2, made.revision)
        assert changed is not None
        assert store.delete_document("machine", "a", changed.revision)
        seen |= {made.revision, changed.revision}
    assert len(seen) == 6


def test_they_are_listed_in_the_order_of_their_making(store: Store) -> None:
    for name in ("b", "a", "c"):
        store.put_document("machine", name, name, None)
    store.put_document("activity", "x", 1, None)
    found = store.document("machine", "b")
    assert found is not None
    store.put_document("machine", "b", "changed", found.revision)
    assert [(each.name, each.body) for each in store.documents("machine")] == [("b", "changed"), ("a", "a"), ("c", "c")]
    assert store.documents("none") == []


def test_what_is_read_belongs_to_the_reader(store: Store) -> None:
    body = {"list": [1]}
    store.put_document("machine", "a", body, None)
    body["list"].append(2)
    found = store.document("machine", "a")
    assert found is not None
    found.body["list"].append(3)
    again = store.document("machine", "a")
    assert again is not None
    assert again.body == {"list": [1]}


def test_changes_are_noticed(store: Store) -> None:
    seen = store.changes()
    made = store.put_document("machine", "a", 1, None)
    assert made is not None
    assert store.changes() != seen
    seen = store.changes()
    store.delete_document("machine", "a", made.revision)
    assert store.changes() != seen


def test_definitions(store: Store) -> None:
    assert store.definition("digest") is None
    store.put_definition("digest", "first")
    store.put_definition("digest", "second")
    assert store.definition("digest") == "first"
