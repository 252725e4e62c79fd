"""How the built-in bilingual model is made. Needs the extra `training`; serving does not."""
