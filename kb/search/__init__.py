"""From a question to ranked documents with their reasons, in the order in which it happens:

question.understand   text -> language, terms, translated terms
catalogue.rows        filters -> passages that may be found
arms                  terms and vectors -> candidates, per language of the documents
fusion                candidates -> one calibrated score per passage
grouping              passages -> documents (a translation pair is one)
explain               highlights, nearest sentence, reason
"""
