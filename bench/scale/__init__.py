"""How fast and how large: the figures of docs/performance/, each from one command, with what was measured, where and on which commit.

    pip install -e ".[bench]"
    python -m bench.scale.run_all DATA --news NEWS_FOLDER     everything in order; what has a result is left out, so it can be stopped
    python -m bench.scale.report                              bench/results/summary.json, the table and the plots

One part alone, for a size ("own": the project's documents; "10k": so many passages of news; "470k": all of them) and a model:

    python -m bench.scale.throughput DATA --size 10k --model builtin-static    index from nothing: passages a second, memory
    python -m bench.scale.latency DATA --size 10k --model builtin              replies over HTTP, each arm, both languages, filters
    python -m bench.scale.load DATA --size 10k                                 requests a second, 16 connections, one worker and two
    python -m bench.scale.cold_start DATA --size 470k                          from the start of the process to the first answer
    python -m bench.scale.change DATA --size 470k                              a saved file until it is found; a run with nothing to do
    python -m bench.scale.floor DATA --size 10k --model builtin                encoding, FAISS and BM25 alone, beside the whole search
    python -m bench.scale.peers DATA --size 10k                                txtai, LanceDB, and scripts as most people write them

DATA is a folder of gigabytes where collections and their indexes are made and found again. NEWS_FOLDER: see bench/government_news.py.
"""
