"""The static sibling of the built-in model: raw inputs -> kb/models/builtin-static, in one command that may be stopped and started again.

    python -m training.static --data DATA --out kb/models/builtin-static

Pieces and their probabilities (static_pieces.py) -> the built-in model's vector of each piece alone, as in Model2Vec (Tulkens & van
Dongen 2024), in fewer dimensions, its length by smooth inverse frequency (Arora et al., ICLR 2017) -> rows trained so that the sums of
texts that belong together meet (InfoNCE both ways against all others in the batch), and are as near to others as the English teacher
finds them -> int8 rows -> measured. Run after training.build, whose teacher vectors are used. Results of the steps are kept in the work
folder under the built-in model's digest: after that model is trained anew, all is made anew.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from kb.embedding import BUILTIN_FOLDER, Embedder, manifest, open_embedder, static
from training import card, data, development, static_corpus, static_pieces, wordnet
from training.corpus import Ragged
from training.static_corpus import SHARES, Batch, Batches, Together

SMOOTH = 1e-4  # probability of a piece whose row begins at half its length
SCALE = 12.0  # 1 / temperature
GEOMETRY = 0.5  # weight of the teacher's similarities
NEVER = -1e4  # score of what is no candidate
ALIKE = 0.95  # cosine above which two texts say the same: never each other's negatives
MAX_TOKENS = 256
SAMPLE, LIKENESS = 64, 0.9  # texts whose vectors are compared with the kept ones, and the least median cosine


@dataclass(frozen=True, slots=True)
class Plan:
    steps: int
    batch: int  # texts
    rate: float = 3e-3
    warm_up: int = 50  # steps
    last_rate: float = 0.03  # of the rate, at the end
    checkpoint_every: int = 250
    seed: int = 1


@dataclass
class State:
    rows: Tensor  # (pieces, dim)
    optimiser: torch.optim.Optimizer
    step: int = 0

    def save(self, path: Path) -> None:
        partial = path.with_suffix(".part")
        torch.save({"rows": self.rows.detach(), "optimiser": self.optimiser.state_dict(), "step": self.step}, partial)
        partial.rename(path)

    def restore(self, path: Path) -> None:
        value = torch.load(path, weights_only=True)
        with torch.no_grad():
            self.rows.copy_(value["rows"])
        self.optimiser.load_state_dict(value["optimiser"])
        self.step = value["step"]


def prepare(options: argparse.Namespace, work: Path, teacher: Embedder) -> None:
    """Pieces, their vectors alone, and all texts in pieces; what stands in the work folder is not made again."""
    work.mkdir(parents=True, exist_ok=True)
    if all((work / name).exists() for name in (static.PIECES, "alone.npy", *(f"{kind}.npz" for kind in SHARES))):
        return
    texts = static_corpus.read(options.data, options.glossary, options.wordnet, options.seed)
    counted = static_corpus.counted(texts)
    cut = static_pieces.estimate(static_pieces.candidates(options.builtin, counted[1]), counted, options.pieces)
    cut.save(str(work / static.PIECES), pretty=False)
    np.save(work / "alone.npy", alone(cut, teacher))
    for kind, rows in texts.items():
        Together.of(rows, cut).save(work / f"{kind}.npz")


def teacher_vectors(options: argparse.Namespace, teacher: Embedder, count: int) -> NDArray[np.float16]:
    """float16 (count, dim): of the English sides of "translations", as training.build has kept them for the same texts in the same order.

    Raises FileNotFoundError without them, ValueError when they belong to other texts.
    """
    path = options.built / "targets.npy"
    if not path.exists():
        raise FileNotFoundError(f"{path}: the teacher's vectors are not here; run training.build first, or give its work folder as --built")
    found: NDArray[np.float16] = np.load(path, mmap_mode="r", allow_pickle=False)[:count]
    pairs = data.pairs(options.data, options.glossary)
    rows = np.random.default_rng(options.seed).integers(0, len(pairs), SAMPLE)
    likeness = (teacher.passages([pairs[row].english for row in rows]) * found[rows]).sum(axis=1)
    if len(found) < count or np.median(likeness) < LIKENESS:
        raise ValueError(f"{path}: these are vectors of other texts than those in {options.data}; run training.build again")
    return found


def alone(cut: Tokenizer, teacher: Embedder) -> NDArray[np.float32]:
    """float32 (pieces, the teacher's dim): the vector of each piece as a text of its own."""
    vocabulary = cut.get_vocab()
    pieces = [piece.replace(static_pieces.SPACE, "") for piece in sorted(vocabulary, key=vocabulary.__getitem__)]
    starts = range(0, len(pieces), static.CHUNK)
    return np.concatenate([teacher.passages(pieces[start : start + static.CHUNK]) for start in tqdm(starts, desc="pieces alone")])


def start_rows(vectors: NDArray[np.float32], counts: NDArray[np.int64], dim: int) -> NDArray[np.float32]:
    """float32 (pieces, dim): the principal components, as long as the piece is telling. counts: (pieces,), in the training texts."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    reduced = centred @ axes[:, ::-1][:, :dim]
    reduced /= np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-6)
    reduced *= (SMOOTH / (SMOOTH + counts / counts.sum()))[:, None]
    reduced[: static_corpus.NOTHING + 1] = 0
    return np.ascontiguousarray(reduced, np.float32)


def begin(rows: NDArray[np.float32], plan: Plan) -> State:
    parameter = torch.from_numpy(rows.copy()).requires_grad_()
    return State(parameter, torch.optim.Adam([parameter], lr=plan.rate, betas=(0.9, 0.98), fused=True))


def run(state: State, batches: Batches, plan: Plan, path: Path, watch: Callable[[State], None] | None = None) -> list[float]:
    """Train to the end of the plan, from the checkpoint at `path` if there is one; the losses of the steps made now."""
    if path.exists():
        state.restore(path)
    losses: list[float] = []
    for _ in tqdm(range(state.step, plan.steps), desc="training", initial=state.step, total=plan.steps):
        losses.append(step(state, batches.at(state.step), plan))
        if state.step % plan.checkpoint_every == 0 or state.step == plan.steps:
            state.save(path)
            if watch:
                watch(state)
    return losses


def step(state: State, batch: Batch, plan: Plan) -> float:
    """One update; the loss before it."""
    warm = min(1.0, (state.step + 1) / plan.warm_up)
    state.optimiser.param_groups[0]["lr"] = plan.rate * warm * (1 - (1 - plan.last_rate) * state.step / plan.steps)
    state.optimiser.zero_grad(set_to_none=True)
    value = loss(state.rows, batch)
    value.backward()
    state.optimiser.step()
    state.step += 1
    return float(value.item())


def loss(rows: Tensor, batch: Batch) -> Tensor:
    left, right = vectors(rows, batch.left), vectors(rows, batch.right)
    groups = torch.from_numpy(batch.groups)
    same = groups[:, None] == groups
    with torch.no_grad():
        same |= (left @ left.T > ALIKE) | (right @ right.T > ALIKE)
    scores = (SCALE * (left @ right.T)).masked_fill(same.fill_diagonal_(False), NEVER)
    labels = torch.arange(len(groups))
    meet = (functional.cross_entropy(scores, labels) + functional.cross_entropy(scores.T, labels)) / 2
    return meet if batch.teacher is None else meet + GEOMETRY * geometry(left, right, torch.from_numpy(batch.teacher).float())


def geometry(left: Tensor, right: Tensor, teacher: Tensor) -> Tensor:
    """Cross entropy to the teacher's similarities of each text to all others, within and across the languages.

    Relational distillation (Park et al., CVPR 2019): a sum of words cannot have the teacher's vector, but can have its neighbours.
    """
    own = torch.eye(len(teacher), dtype=torch.bool)
    expected = (SCALE * (teacher @ teacher.T)).masked_fill(own, NEVER).softmax(dim=1)
    found = [SCALE * (one @ other.T) for one in (left, right) for other in (left, right)]
    return torch.stack([functional.cross_entropy(scores.masked_fill(own, NEVER), expected) for scores in found]).mean()


def vectors(rows: Tensor, texts: Ragged) -> Tensor:
    """(len(texts), dim), rows of length 1."""
    ids, offsets = torch.from_numpy(texts.values.astype(np.int64)), torch.from_numpy(texts.offsets[:-1])
    return functional.normalize(functional.embedding_bag(ids, rows, offsets, mode="sum"))


def export(rows: NDArray[np.float32], wordless: NDArray[np.float32], pieces: Path, out: Path) -> None:
    """int8 with one scale a row. wordless: vector of a text without words, (dim,). The same rows give the same bytes."""
    rows = rows.copy()
    rows[: static_corpus.NOTHING + 1] = 0
    rows[static.UNKNOWN] = wordless
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-9) / 127
    rounded = np.rint(rows / scales[:, None]).astype(np.int8)
    scales[static.UNKNOWN] = 0
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / static.ROWS, rounded)
    np.save(out / static.SCALES, scales.astype(np.float32))
    (out / static.PIECES).write_bytes(pieces.read_bytes())
    manifest.write(out, static.LAYOUT, rows.shape[1], MAX_TOKENS)


def wordless(rows: Tensor, texts: Ragged) -> NDArray[np.float32]:
    """Away from the mean of all texts, so that a text without words is near none."""
    with torch.no_grad():
        mean: NDArray[np.float32] = vectors(rows, texts).mean(dim=0).numpy()
    return -mean


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    began = time.monotonic()
    torch.set_num_threads(options.threads)
    teacher = open_embedder(str(options.builtin), options.threads)
    work = options.work / teacher.digest[:12]
    prepare(options, work, teacher)
    kinds = {kind: Together.load(work / f"{kind}.npz") for kind in SHARES}
    vectors_alone = np.load(work / "alone.npy", allow_pickle=False)
    values = np.concatenate([side.values for kind in ("translations", "glosses") for side in (kinds[kind].left, kinds[kind].right)])
    counts = np.bincount(values, minlength=len(vectors_alone))
    plan = Plan(options.steps, options.batch, seed=options.seed)
    state = begin(start_rows(vectors_alone, counts, options.dim), plan)

    def write(sets: Sequence[str]) -> dict[str, float]:
        export(state.rows.detach().numpy(), wordless(state.rows, kinds["questions"].right), work / static.PIECES, options.out)
        return development.measure(open_embedder(str(options.out), options.threads).passages, options.data / "dev", sets)

    checkpoint = work / f"checkpoint-{options.dim}.pt"
    batches = Batches(kinds, teacher_vectors(options, teacher, len(kinds["translations"].left)), plan.batch, plan.seed)
    run(state, batches, plan, checkpoint, lambda _: print(json.dumps(write(development.WATCHED)), flush=True))
    quality = write(development.SETS)
    card.write_static(options.out, options.dim, len(vectors_alone), options.steps, quality)
    print(json.dumps(quality, indent=1))
    print(f"{(time.monotonic() - began) / 60:.1f} minutes")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/, thaigov/, questions/ and dev/")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder, written anew")
    parser.add_argument("--builtin", type=Path, default=BUILTIN_FOLDER, help="folder of the model whose sibling this is")
    parser.add_argument("--built", type=Path, default=Path("build/training"), help="work folder of training.build")
    parser.add_argument("--glossary", type=Path, default=Path("content/glossary.tsv"))
    parser.add_argument("--wordnet", type=Path, default=wordnet.FOLDER, help="Princeton WordNet 3.0, as Debian's wordnet-base has it")
    parser.add_argument("--work", type=Path, default=Path("build/static"), help="results of the steps, checkpoints")
    parser.add_argument("--pieces", type=int, default=56_000, help="rows, at most")
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--steps", type=int, default=1300)
    parser.add_argument("--batch", type=int, default=1024, help="texts a step")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
