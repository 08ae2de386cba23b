"""Who among some people is meant by what an admin typed: by id, by NIP, or by a name.

What several bear, or nobody quite bears, is handed back for a question; a word that is no part of any name is refused
and never dropped. Whom the admin may see is decided before. The price: every name is compared with everybody's.
"""

import re
from collections.abc import Iterable

from chalicelib.chat.naming import alike, bare, fits, is_said_of_days, masked, plain, unread, whole
from chalicelib.domain.errors import PersonUnknown, WordsNotUnderstood
from chalicelib.domain.people import Person

ECHOED = 60
"""How many characters of what was not understood are said back."""


class Roll:
    """Some people, to be found by what is typed."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._named = [(plain(person.name), person) for person in people]

    @property
    def names(self) -> list[list[str]]:
        """Everybody's name, plain, word by word."""
        return [name.split() for name, _ in self._named]

    def by_id(self, typed: str) -> Person:
        found = next((person for _, person in self._named if person.id == typed.lower()), None)
        if found is None:
            raise PersonUnknown(f"#{masked(typed)[:ECHOED]}")
        return found

    def by_nip(self, digits: str) -> Person:
        found = [person for _, person in self._named if person.nip == digits]
        if len(found) != 1:
            raise PersonUnknown(f"NIP …{digits[-3:]}")
        return found[0]

    def meant(self, fragment: str) -> tuple[str, list[Person], bool]:
        """What of a fragment names somebody, whom it may name, and whether it surely does.

        The fragment as it stands goes first; titles and fillers alone name nobody.
        Raises: WordsNotUnderstood, PersonUnknown.
        """
        for typed in (whole(fragment), bare(fragment)):
            if found := self._fitting(plain(typed)):
                return typed, found, len(found) == 1
        if odd := unread(typed):
            raise WordsNotUnderstood(masked(odd)[:ECHOED])
        near = self._near(plain(typed))
        if typed and not near:
            raise PersonUnknown(masked(typed)[:ECHOED])
        return typed, near, False

    def _fitting(self, typed: str) -> list[Person]:
        """The bearers of just this name, else of all its words, else of words that these begin."""
        found = [(name, person) for name, person in self._named if typed and fits(typed, name)]
        exact = [person for name, person in found if name == typed]
        exact = exact or [person for name, person in found if set(typed.split()) <= set(name.split())]
        return exact or [person for _, person in found]

    def bears(self, typed: str) -> bool:
        """Whether somebody bears all of the typed words, as they stand."""
        words = set(plain(typed).split())
        return bool(words) and any(words <= set(name) for name in self.names)

    def _near(self, typed: str) -> list[Person]:
        names = dict(self._named)
        return [names[name] for name in alike(typed, names)]

    def hidden_in(self, text: str) -> str:
        """The text, full names that hold a word for a day made unreadable: Rabu Wijaya is no Wednesday."""
        for name in (name for name, _ in self._named if " " in name):
            if name.split()[0] in text.casefold() and any(map(is_said_of_days, name.split())):
                text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", lambda met: "x" * len(met[0]), text, flags=re.I)
        return text
