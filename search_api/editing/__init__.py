"""The editor in the browser: documents of content/ written, corrected and saved behind a token.

access      who may edit: token, session, CSRF, limit of tries
files       where a document lies; reading and atomic saving with the digest it was read with
sheet       header <-> fields of a form (kb.reading.writing keeps what is not changed)
checking    a text -> findings, each at its field or line
merging     two texts made of one -> one, with choices where both changed the same place
history     git
overview    the editors' page
api, pages  the doors
"""
