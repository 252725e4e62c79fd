"""The peers by name. A peer's libraries are loaded when it is made, so that no process holds another's."""

from __future__ import annotations

from bench.scale.peers.base import Asked, Peer

OURS = "kb"
PEERS = ("txtai", "txtai, as it comes", "bm25s + FAISS", "rank_bm25 + FAISS", "LanceDB")


def peer(name: str) -> Peer:
    if name.startswith("txtai"):
        from bench.scale.peers.txtai_peer import Txtai

        return Txtai(as_it_comes=name != "txtai")
    if name == "LanceDB":
        from bench.scale.peers.lancedb_peer import LanceDb

        return LanceDb()
    from bench.scale.peers import scripts

    return scripts.Script(scripts.Bm25s() if name.startswith("bm25s") else scripts.RankBm25())


def asked(name: str) -> Asked:
    if name != OURS:
        return peer(name)
    from bench.scale.peers.ours import Ours

    return Ours()
