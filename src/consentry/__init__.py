"""Consentry: the home camera system that gets better without anyone watching you, unless you say so."""

__version__ = "0.1.0"
