"""The index on disk: generations published atomically, each with a manifest that says what made it."""
