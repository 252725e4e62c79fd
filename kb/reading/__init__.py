"""The steps by which a file of content/ becomes a Document: bytes, text, header, fields, body."""
