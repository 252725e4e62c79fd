"""The text of the two languages: normalisation, words, sentences, and the terms that are indexed."""
