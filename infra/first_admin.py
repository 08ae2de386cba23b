"""Prints the one-time code that links a deployment's first admin: `python -m infra.first_admin --name "Rina Contoh"`.

The code works once and for seven days, and is shown here alone; asking again makes a new one and the old one dies.
Whoever runs it needs the deployment's environment and its tables.
"""

import sys
from argparse import ArgumentParser

from chalicelib import wiring
from chalicelib.admin.admins import first_admin
from chalicelib.chat.wording import refused, said
from chalicelib.domain.errors import Refusal
from chalicelib.settings import SettingsMissing

LANG = "en"


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m infra.first_admin", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--name", required=True, help="the admin's name, as the record of changes shall show it")
    name = str(parser.parse_args(arguments).name)
    try:
        code = first_admin(wiring.registry(), wiring.chats(), name, at=wiring.now())
    except Refusal as refusal:
        answer = refused(refusal)
        print("\n".join(said(line, LANG) for line in (answer.title, *answer.lines)), file=sys.stderr)
        return 1
    except SettingsMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    print(f"{name} types in Slack:    /hadir tautkan {code}\n{name} types in Telegram: tautkan {code}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
