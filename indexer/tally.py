"""What is asked of all documents at once, kept up to date by those that come and go: a save need not ask the others again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from kb.types import Document


class Tally:
    """Of a set of documents."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._members = 0  # sum of their digests
        self._ids: Counter[str] = Counter()
        self._names: Counter[str] = Counter()
        for document in documents:
            self.add(document)

    def add(self, document: Document) -> None:
        self._members += _member(document)
        self._ids[document.id] += 1
        self._names.update(_names(document))

    def take(self, document: Document) -> None:
        self._members -= _member(document)
        _less(self._ids, (document.id,))
        _less(self._names, _names(document))

    def digest(self, others: Iterable[Document] = ()) -> str:
        """Of the set, with others beside it: the sum of the digests of its members (Bellare & Micciancio, A new paradigm for
        collision-free hashing, 1997)."""
        return str((self._members + sum(map(_member, others))) % (1 << 256))

    def subjects(self, others: Iterable[Document] = ()) -> int:
        """Different ids."""
        return len(self._ids) + len({document.id for document in others if document.id not in self._ids})

    def names(self, others: Iterable[Document] = ()) -> set[str]:
        """Names in their headers, which are not cut into words."""
        return set(self._names).union(*map(_names, others))


def _less(counts: Counter[str], values: Iterable[str]) -> None:
    for value in values:
        counts[value] -= 1
        if not counts[value]:
            del counts[value]


def _names(document: Document) -> Iterator[str]:
    written = [*document.cities, *document.organisations, *document.aliases]
    for person in (*document.people, *document.participants):
        written += (person.name, person.organisation, *person.aliases)
    return filter(None, written)


def _member(document: Document) -> int:
    names = (document.path, document.id, document.lang, document.digest)
    return int.from_bytes(hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).digest())
