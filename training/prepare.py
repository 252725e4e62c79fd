"""From raw inputs to what the trainer reads. Every step keeps its result in the work folder and is skipped when it is there.

vocabulary/     thai_words.txt, tokenizer.json
start.npy       rows the Thai words begin with
targets.npz     ids of the Thai side; targets.npy: vectors of the English side; weights.npy
news.npz …      titles, openings, texts; neighbours.npy: titles alike
english.npz     ids of some English sides
questions.npz, answers.npz, articles.npy
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse import linalg
from tokenizers import Tokenizer
from tqdm import trange

from kb.embedding.tokenizer import PIECES, WORDS, BilingualTokenizer
from kb.embedding.torch_encoder import Encoder
from training import alignment, data, examples, start, teacher, vocabulary, wordnet
from training.corpus import Ragged, encode
from training.data import Pair
from training.wordnet import Synset

LIMIT = 160  # tokens of a text in training
NEWS_SAMPLE = 6  # every so many news items are counted for the vocabulary
ENGLISH_SAMPLE = 20  # every so many English sides are kept, to measure activations on
LEXICON_TOP, LEXICON_FLOOR = 3, 0.12
NEIGHBOURS = 4  # other titles a title is trained beside


@dataclass(frozen=True, slots=True)
class Inputs:
    data: Path
    glossary: Path
    work: Path
    teacher: Path
    words: int = 36_000
    seed: int = 1
    workers: int = 2
    device: str = "cpu"
    wordnet: Path = wordnet.FOLDER


def run(inputs: Inputs) -> None:
    inputs.work.mkdir(parents=True, exist_ok=True)
    if not (inputs.work / "vocabulary" / WORDS).exists():
        _vocabulary(inputs)
    if not (inputs.work / "targets.npy").exists():
        _targets(inputs)
    if not (inputs.work / "english.npz").exists():
        _english(inputs)
    if not (inputs.work / "articles.npy").exists():
        _questions(inputs)
    if not (inputs.work / "neighbours.npy").exists():
        _news(inputs)


def _vocabulary(inputs: Inputs) -> None:
    folder = inputs.work / "vocabulary"
    folder.mkdir(exist_ok=True)
    shutil.copyfile(inputs.teacher / "tokenizer.json", folder / PIECES)
    counts = vocabulary.count(_counted(inputs))
    vocabulary.write(vocabulary.choose(counts, inputs.words), folder / WORDS)


def _counted(inputs: Inputs) -> Iterator[tuple[str, float]]:
    for pair in data.pairs(inputs.data, inputs.glossary):
        yield pair.thai, 2 * pair.weight
    for synset in wordnet.synsets(inputs.wordnet):
        yield from ((word, 1.0) for word in synset.thai)
    for text in {each.context for each in data.questions(inputs.data)}:
        yield text, 2.0
    for number, item in enumerate(data.news(inputs.data)):
        if number % NEWS_SAMPLE == 0:
            yield data.clean(item.body[:1500]), 1.0


def _targets(inputs: Inputs) -> None:
    pairs, synsets = data.pairs(inputs.data, inputs.glossary), wordnet.synsets(inputs.wordnet)
    folder = inputs.work / "vocabulary"
    translate = _start(inputs, pairs, synsets)
    made = examples.targets(pairs, synsets, translate, inputs.seed)
    encode([each.thai for each in made], folder, LIMIT, inputs.workers, "Thai sides").save(inputs.work / "targets.npz")
    np.save(inputs.work / "weights.npy", np.array([each.weight for each in made], np.float32))
    english = [each.english for each in made]
    vectors = teacher.vectors(english, inputs.teacher, inputs.work / "teacher", LIMIT, inputs.device)
    np.save(inputs.work / "targets.npy", vectors)


def _english(inputs: Inputs) -> None:
    texts = [pair.english for pair in data.pairs(inputs.data, inputs.glossary)[::ENGLISH_SAMPLE]]
    encode(texts, inputs.work / "vocabulary", LIMIT, 1, "English").save(inputs.work / "english.npz")


def _start(inputs: Inputs, pairs: Sequence[Pair], synsets: Sequence[Synset]) -> dict[str, list[tuple[str, float]]]:
    """Write the start rows; return English word -> Thai words, for code switching."""
    folder = inputs.work / "vocabulary"
    lemmas = list(examples.lemma_pairs(synsets))
    both, weights = [*pairs, *lemmas], [min(2.0, each.weight) for each in (*pairs, *lemmas)]
    thai = encode([each.thai for each in both], folder, LIMIT, inputs.workers, "alignment")
    pieces = Tokenizer.from_file(str(folder / PIECES))
    pieces.no_padding()
    pieces.no_truncation()
    first = pieces.get_vocab_size()
    thai_ids = [[int(each) - first for each in row if each >= first] for row in thai]
    piece_ids = [each.ids for each in pieces.encode_batch([each.english for each in both], add_special_tokens=False)]
    words = (folder / WORDS).read_text("utf-8").splitlines()
    forth = alignment.ibm1(list(zip(thai_ids, piece_ids, strict=True)), weights)
    common = np.bincount(np.concatenate([np.array(row, np.int64) for row in piece_ids]), minlength=first).astype(np.float64)
    rows = Encoder.from_teacher(inputs.teacher).pieces.weight.detach().numpy()
    np.save(inputs.work / "start.npy", start.rows(words, forth, rows, common))
    return _thai_of_english(both, weights, thai_ids, words)


def _thai_of_english(
    pairs: Sequence[Pair], weights: Sequence[float], thai_ids: Sequence[Sequence[int]], words: Sequence[str]
) -> dict[str, list[tuple[str, float]]]:
    english: dict[str, int] = {}
    rows = [[english.setdefault(word.lower(), len(english)) for word in examples.WORD.findall(each.english)] for each in pairs]
    back = alignment.ibm1(list(zip(rows, thai_ids, strict=True)), weights)
    names = list(english)
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for source, target, probability in zip(back.sources, back.targets, back.probabilities, strict=True):
        translations = found[names[source]]
        if probability >= LEXICON_FLOOR and len(translations) < LEXICON_TOP:
            translations.append((words[target], float(probability)))
    return {word: translations for word, translations in found.items() if translations}


def _questions(inputs: Inputs) -> None:
    made = list(examples.question_pairs(data.questions(inputs.data), np.random.default_rng(inputs.seed)))
    folder = inputs.work / "vocabulary"
    encode([data.clean(each.question) for each in made], folder, LIMIT, inputs.workers, "questions").save(inputs.work / "questions.npz")
    encode([data.clean(each.passage) for each in made], folder, LIMIT, inputs.workers, "answers").save(inputs.work / "answers.npz")
    _, articles = np.unique([each.group for each in made], return_inverse=True)
    np.save(inputs.work / "articles.npy", articles)


def _news(inputs: Inputs) -> None:
    folder = inputs.work / "vocabulary"
    made = list(examples.news_pairs(data.news(inputs.data)))
    texts = {
        "titles": [data.clean(each.question) for each, _ in made],
        "openings": [data.clean(each.passage) for each, _ in made],
        "texts": [data.clean(each.passage) for _, each in made],
    }
    for name, rows in texts.items():
        encode(rows, folder, LIMIT, inputs.workers, name).save(inputs.work / f"{name}.npz")
    tokenizer = BilingualTokenizer(folder, LIMIT)
    titles = Ragged.load(inputs.work / "titles.npz")
    np.save(inputs.work / "neighbours.npy", alike(titles, tokenizer.size, NEIGHBOURS))


def alike(texts: Ragged, vocabulary: int, count: int) -> np.ndarray:
    """int32 (len(texts), count): the other texts that share most telling words (tf-idf cosine, as hard negatives; but not near copies)."""
    lengths = texts.lengths
    counts = sparse.csr_matrix(
        (np.ones(len(texts.values), np.float32), (np.repeat(np.arange(len(texts)), lengths), texts.values)), shape=(len(texts), vocabulary)
    )
    counts.data[:] = 1
    idf = np.log(len(texts) / (1 + np.asarray((counts > 0).sum(axis=0)).ravel())).clip(min=0)
    counts = counts @ sparse.diags(idf.astype(np.float32))
    rows = sparse.diags(1 / np.maximum(linalg.norm(counts, axis=1), 1e-9)) @ counts
    out = np.zeros((len(texts), count), np.int32)
    transposed = rows.T.tocsr()
    for first in trange(0, len(texts), 256, desc="hard negatives"):
        near = (rows[first : first + 256] @ transposed).toarray()
        near[near > 0.8] = 0  # itself, and news told twice
        out[first : first + 256] = np.argpartition(-near, count, axis=1)[:, :count]
    return out
