"""What a call of the command line gave."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    exit_code: int
    stdout: str
    stderr: str

    @property
    def rows(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.stdout.splitlines()]


RunWinnow = Callable[..., Ended]
