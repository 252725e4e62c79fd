"""The map by meaning as a drawing: points that do not cover each other, names where there is room, groups where there are many."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kb.index.semantic_map import SemanticMap
from kb.types import DocumentSummary

POINTS = 150  # documents up to which each is a point of its own; more are drawn as groups
RADIUS = 12.5  # units of the drawing; a target is at least 24 wide
GAP = 3.0  # between two points
ROUNDS = 1000
LETTER = {"th": 8.6, "en": 7.8}  # width of a letter at the size of the names, units
LINE = 19.0  # height of a name
LONGEST = 24  # letters of a name

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    width: int
    height: int
    turned: bool  # the longer axis of the map runs downwards
    cells: tuple[int, int]  # columns and rows of groups


WIDE = Shape("wide", 960, 540, False, (16, 9))
TALL = Shape("tall", 340, 620, True, (6, 11))


@dataclass(frozen=True, slots=True)
class Point:
    document: DocumentSummary  # of a group: the one nearest to its middle
    count: int  # documents it stands for
    x: float
    y: float
    radius: float
    name: str = ""
    name_x: float = 0.0
    name_y: float = 0.0
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    shape: Shape
    points: tuple[Point, ...]
    grouped: bool


def draw(map_: SemanticMap, ids: Sequence[str], shown: Callable[[str], DocumentSummary], shape: Shape) -> Chart:
    """ids: of the documents to show; one that the map does not know is left out. From POINTS on neighbours are drawn as one point.

    shown: what is known of a document, asked for those alone that stand in the drawing.
    """
    known = [each for each in ids if each in map_.places]
    if not known:
        return Chart(shape, (), False)
    places = _scaled(np.array([map_.places[each] for each in known]), shape)
    if len(known) > POINTS:
        return Chart(shape, tuple(_groups(known, shown, places, shape)), True)
    apart = _apart(places, shape)
    points = [Point(shown(each), 1, round(float(x), 1), round(float(y), 1), RADIUS) for each, (x, y) in zip(known, apart, strict=True)]
    return Chart(shape, tuple(_named(points, shape)), False)


def _scaled(places: NDArray[np.float64], shape: Shape) -> NDArray[np.float64]:
    """Both axes fill the drawing: what counts is what lies near what."""
    turned = places[:, ::-1] if shape.turned else places
    low, high = turned.min(axis=0), turned.max(axis=0)
    room = np.array([shape.width, shape.height]) - 4 * RADIUS
    return np.asarray(2 * RADIUS + (turned - low) / np.maximum(high - low, 1e-9) * room)


def _apart(places: NDArray[np.float64], shape: Shape) -> NDArray[np.float64]:
    """Points pushed apart, pair by pair, until none touches another; the order of the list settles what lies on one spot."""
    # A hair's breadth by the place in the list: what lies on one spot, or was pushed onto one at the edge, has a direction to part in.
    hair = np.stack([np.arange(len(places)) % 7, np.arange(len(places)) // 7], axis=1) * 1e-3
    high = np.array([shape.width, shape.height]) - RADIUS - 1
    found, least = places, 2 * RADIUS + GAP
    for _ in range(ROUNDS):
        between = (found + hair)[:, None] - (found + hair)[None, :]
        distance = np.sqrt((between**2).sum(axis=2)) + np.eye(len(found)) * 1e6
        short = np.maximum(least - distance, 0.0)
        if not (short > GAP / 2).any():
            break
        push = (between / np.maximum(distance, 1e-9)[:, :, None] * short[:, :, None]).sum(axis=1)
        found = np.clip(found + push / np.maximum((short > 0).sum(axis=1), 1)[:, None] * 0.6, RADIUS + 1, high)
    return np.asarray(found)


def _groups(ids: Sequence[str], shown: Callable[[str], DocumentSummary], places: NDArray[np.float64], shape: Shape) -> Iterator[Point]:
    """One point a cell, its size by the number of documents in it."""
    size = np.array([shape.width / shape.cells[0], shape.height / shape.cells[1]])
    cells = np.minimum((places / size).astype(int), np.array(shape.cells) - 1)
    inside: dict[tuple[int, int], list[int]] = {}
    for number, (column, row) in enumerate(cells):
        inside.setdefault((int(column), int(row)), []).append(number)
    most = max(map(len, inside.values()))
    for cell, members in sorted(inside.items()):
        middle = places[members].mean(axis=0)
        central = members[int(((places[members] - middle) ** 2).sum(axis=1).argmin())]
        x, y = (np.array(cell) + 0.5) * size
        radius = RADIUS + (float(size.min()) / 2 - 1 - RADIUS) * (len(members) / most) ** 0.5
        yield Point(shown(ids[central]), len(members), round(float(x), 1), round(float(y), 1), round(radius, 1))


def short_name(document: DocumentSummary) -> str:
    """A few words for a point: the place, of a dialogue with its year; without a place the title up to its colon."""
    if document.cities:
        year = document.date.year + (543 if document.lang == "th" else 0) if document.kind == "dialogue" and document.date else None
        return f"{document.cities[0]} {year}" if year else document.cities[0]
    before = document.title.partition(":")[0]
    return before if len(before) <= LONGEST else ""


def _named(points: Sequence[Point], shape: Shape) -> Iterator[Point]:
    """Names beside, below or above their points, where they cover neither a point nor another name; else none."""
    taken: list[Box] = [(p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in points]
    for point in points:
        name = short_name(point.document)
        width = LETTER[point.document.lang] * sum(not unicodedata.combining(c) and unicodedata.category(c) != "Mn" for c in name)
        places = (_place(point, anchor, width) for anchor in ("start", "end", "below", "above")) if name else ()
        free = next((each for each in places if _fits(each[1], shape, taken)), None)
        if free is None:
            yield point
            continue
        changes, box = free
        taken.append(box)
        yield replace(point, name=name, name_x=changes[0], name_y=changes[1], anchor=changes[2])


def _place(p: Point, side: str, width: float) -> tuple[tuple[float, float, str], Box]:
    """(x, baseline, text-anchor) of a name on one side of its point, and the box it fills."""
    edge = p.radius + 4
    if side in ("start", "end"):
        x = p.x + edge if side == "start" else p.x - edge
        left = x if side == "start" else x - width
        return (round(x, 1), round(p.y + 5, 1), side), (left, p.y - LINE / 2, left + width, p.y + LINE / 2)
    y = p.y + edge + 12 if side == "below" else p.y - edge - 3
    return (p.x, round(y, 1), "middle"), (p.x - width / 2, y - 14, p.x + width / 2, y + 5)


def _fits(box: Box, shape: Shape, taken: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    inside = left >= 0 and top >= 0 and right <= shape.width and bottom <= shape.height
    return inside and all(right <= a or c <= left or bottom <= b or d <= top for a, b, c, d in taken)


def neighbours(map_: SemanticMap, ids: Sequence[str], shown: Callable[[str], DocumentSummary]) -> Mapping[str, DocumentSummary]:
    """Document id -> of the documents in the map the one nearest to it in meaning."""
    return {each: shown(map_.nearest[each]) for each in ids if map_.nearest.get(each) in map_.places}
