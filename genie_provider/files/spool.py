"""spool: rows on their way between finding the types and using them; small ones stay in memory.

A file is read once, whatever its size: the types are known only at its end, so the rows wait on disk.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import IO, Any, Final, cast

from .raw import Batch

IN_MEMORY_BYTES: Final = 16_000_000


class Spool:
    """Batches, written once and read as often as wanted. Removed with the object."""

    def __init__(self) -> None:
        self._file = cast(IO[bytes], tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES))  # noqa: SIM115  (closed by close)
        self.batches = 0

    def add(self, batch: Batch) -> None:
        numbers: Any = batch.numbers
        if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
            numbers = range(numbers[0], numbers[-1] + 1)
        pickle.dump((batch.rows, numbers), self._file, pickle.HIGHEST_PROTOCOL)
        self.batches += 1

    def __iter__(self) -> Iterator[Batch]:
        """The batches from the first on. What is unpickled was pickled by this process into a nameless file."""
        self._file.seek(0)
        for _ in range(self.batches):
            rows, numbers = pickle.load(self._file)
            yield Batch(rows, numbers)
        self._file.seek(0, 2)

    def close(self) -> None:
        self._file.close()
