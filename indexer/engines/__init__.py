"""Where the passages of a generation are made to be found, when it is published. The parts stay what everything is made from.

    target       the contract, and which one a setting asks for
    difference   what a generation has that the one before had not, and the other way round
    local        the term index of this machine; the parts' own vectors are searched
    milvus       vectors and terms in Milvus
    collections  which collections were made for an index, and which of them nobody asks any more

The indexer calls them through `target` alone.
"""
