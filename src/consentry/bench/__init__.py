"""Figures of the product: costs, delays and soaks, measured over its public commands and routes."""
