"""Coverage-guided fuzzing, by hand and not in CI: pip install atheris."""
