"""Other ways to the same: hybrid search over the same passages with the same model, each in a process of its own.

    pip install -e ".[bench]"
    python -m bench.scale.peers DATA --size 10k [--questions 200] [--only txtai --only LanceDB]

Passages come out of our index; each peer embeds them in its own process with the same model, which gives the same vectors, and cuts Thai
into words by PyThaiNLP where it has no way of its own ("as it comes" leaves that out). Ours is `kb index` on the same documents: reading
and dividing files, cutting, sentences and all. Asking is measured in the process, one question after the other, embedding included, after
the index was opened from disk. Nobody is quick by being wrong: `nearest_recall` is the share of the ten passages truly nearest to a
question (exact inner product) that the peer's vector search finds, and `known_item` the share of titles, cut to their first six words,
whose document is among the ten of the hybrid search.
"""
