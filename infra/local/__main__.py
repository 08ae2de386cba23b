"""`make run`: the legal day on an emulated cloud, then an office of today that stays up until Ctrl-C.

Each runs in a process of its own, as two deployments would. With `ONCE=1` it ends after the legal day, with a status
that says whether every due report was sent.
"""

import subprocess
import sys
from os import environ


def main() -> int:
    status = _run("infra.local.legal_day")
    if environ.get("ONCE") or status:
        return status
    return _run("infra.local.today")


def _run(module: str) -> int:
    try:
        return subprocess.run([sys.executable, "-m", module], check=False).returncode
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
