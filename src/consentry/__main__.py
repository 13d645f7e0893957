"""``python -m consentry``: the same as the ``consentry`` command."""

import sys

from consentry.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
