"""Which observers the settings ask for."""

from __future__ import annotations

from starlette.datastructures import State

from kb.settings import Settings
from search_api.observing.logs import RequestLog
from search_api.observing.record import Observer


def observe(state: State, settings: Settings) -> None:
    """From now on the application tells them; nothing that is not wanted is loaded. Raises SettingsError."""
    found: list[Observer] = []
    if settings.log_format == "json":
        found.append(RequestLog(settings.log_questions))
    if settings.metrics:
        from search_api.observing.metrics import Metrics

        metrics = Metrics()
        metrics.follow(state)
        found.append(metrics)
    if settings.traces:
        from search_api.observing.traces import exporting

        found.append(exporting())
    state.observers = tuple(found)
