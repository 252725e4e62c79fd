"""Checksums of an index's files: the only file that knows xxhash.

They are there for accidents (a bad disk, a cut copy). Against somebody who alters a file on purpose no checksum helps that stands beside
it, and one that is made for that, SHA-256, took half of the time in which an index opens. XXH3: https://xxhash.com
"""

from __future__ import annotations

import xxhash

running = xxhash.xxh3_128  # of a file, piece by piece
of_block = xxhash.xxh3_64_intdigest  # of 16 KiB of one: kb.index.blocks
