"""An engine that keeps vectors and terms in Milvus, for collections that one machine does not hold. See docs/scale.md.

address      where the server is, from the setting `engine`
connection   the one module that knows pymilvus; its failures as messages with the remedy
collection   fields and indexes of a collection
expressions  filters in Milvus's language
ledger       what a generation knows beside Milvus: numbers of terms, document frequencies, counts
reading      MilvusEngine: one generation, for searching
writing      MilvusWriter: the next generation

A reader of generation N sees the passages with born <= N < died and nothing else, whatever a writer is doing meanwhile.
"""
