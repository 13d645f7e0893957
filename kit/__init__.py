"""The build step that makes the model files: fetch what is pinned, convert, check, write."""
