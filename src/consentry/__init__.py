"""Consentry: the home camera system that gets better without anyone watching you."""

__version__ = "0.1.0"
