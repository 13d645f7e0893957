"""The hub's HTTP API and page: a thin skin of routes over the ``Hub`` facade."""
