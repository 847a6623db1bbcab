"""Metrics for Prometheus, for any application with a Wizard. ``docs/metrics.md`` says what is counted."""

from .server import Metrics

__all__ = ["Metrics"]
