"""A transparency log: an RFC 6962 tree in C2SP tiles, signed checkpoints, proofs of both kinds.

Pure but for reading tiles, which is passed in: no file, no database, no clock. What the entries say
is not known here. The diary of looks (``store.diary``) is such a log.

Formats: c2sp.org/tlog-tiles, c2sp.org/tlog-checkpoint, c2sp.org/signed-note; hashing and proofs of
RFC 6962 section 2.1, verification by RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

from consentry.tlog.checkpoint import Checkpoint
from consentry.tlog.frontier import Frontier
from consentry.tlog.hashes import leaf_hash
from consentry.tlog.note import Signer, Verifier
from consentry.tlog.proofs import verify_consistency, verify_inclusion
from consentry.tlog.tree import Hashes, Tree

__all__ = [
    "Checkpoint",
    "Frontier",
    "Hashes",
    "Signer",
    "Tree",
    "Verifier",
    "leaf_hash",
    "verify_consistency",
    "verify_inclusion",
]
