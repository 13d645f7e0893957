"""The nouns every other room shares: frozen, slotted dataclasses; stdlib and numpy only; no I/O."""
