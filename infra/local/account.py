"""An emulated account that runs the package as Lambda would: roles enforced, and nothing beside the zip to import.

It is given by its address and ends with the `with` block, together with everything that functions unzipped. The price
of AUTH: whoever is not a function speaks as the account's root.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory

from infra.local.cloud import CREDENTIALS, ministack

LOOPBACK = "127.0.0.1"
FOREIGN = ("HADIR_", "AWS_", "PYTHON")
"""Beginnings of variables that a function must not inherit from whoever starts the account."""

MEMORY, ROOM_BYTES = Path("/dev/shm"), 4_000_000_000


@contextmanager
def account() -> Iterator[str]:
    """An empty account; while it lives it is the one that this process's AWS clients speak to."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith(FOREIGN)]:
        del os.environ[name]
    os.environ |= {"NO_PROXY": LOOPBACK, "no_proxy": LOOPBACK}
    try:
        with TemporaryDirectory(prefix="hadir-e2e-", dir=_roomy()) as folder:
            settings = {"AUTH": "true", "TMPDIR": folder, "MINISTACK_HOST": LOOPBACK}
            with ministack(settings, str(bare_python(Path(folder)))) as gateway:
                os.environ |= {**CREDENTIALS, "AWS_ENDPOINT_URL": gateway}
                yield gateway
    finally:
        os.environ.clear()
        os.environ.update(before)


def _roomy() -> Path | None:
    """Where functions are unzipped: in memory where there is enough, since every cold start writes a thousand files."""
    return MEMORY if MEMORY.is_dir() and disk_usage(MEMORY).free > ROOM_BYTES else None


def bare_python(folder: Path) -> Path:
    """An interpreter with the standard library alone: no site-packages, no environment, no current directory."""
    python = folder / "python"
    base: str = sys._base_executable  # type: ignore[attr-defined]  # sys.executable's is of the virtual environment
    python.write_text(f'#!/bin/sh\nexec "{base}" -I -S "$@"\n')
    python.chmod(0o755)
    return python
