"""What a change of letters or calendar makes of the very day on which it is made.

What has closed stays as it was held. What people have reported for a slot that is still open is in a report of today,
unless the day itself ends: nobody reports on a holiday, nor once no letter asks for it. Nothing here refuses or warns.
The price of looking at today alone: what a change does to the days to come is `effect`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from chalicelib.domain.day import Circulars
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.policy import Policy, Slot, SlotKind, local_day

Held = tuple[tuple[Slot, datetime], ...]
"""Slots with their cut-offs, in order."""


@dataclass(frozen=True)
class Midday:
    """Today under the letters and the calendar before and after a change that is made at an instant.

    In a year whose holidays nobody has decreed nothing is known of today, and nothing is said of it.
    """

    before: Circulars
    after: Circulars
    at: datetime

    @cached_property
    def day(self) -> date:
        return local_day(self.after.policies or self.before.policies, self.at)

    @property
    def lost(self) -> tuple[Slot, datetime] | None:
        """The slot, with its cut-off, that would have no report although the day goes on.

        A slot that a letter comes to list when its cut-off has passed is one, while others of its kind are still open;
        so is an open one that none of its kind follows today.
        """
        if self._letter is None:
            return None
        lists_recap = any(slot.kind is SlotKind.RECAP for slot in self._letter.slots)
        gone = (*self._gone(SlotKind.REPORT), *(self._gone(SlotKind.RECAP) if lists_recap else ()))
        return next(iter((*self._too_late(self._letter), *gone)), None)

    @property
    def altered(self) -> tuple[Slot, datetime] | None:
        """The slot, with its cut-off, that has closed and would be held otherwise, or not at all, on a day that goes
        on."""
        if self._letter is None:
            return None
        before, after = _by_name(self._closed), _by_name(self._closed_after)
        differ = sorted(before.keys() ^ after.keys(), key=lambda name: name[1])
        return next(((before.get(name) or after[name], name[1]) for name in differ), None)

    @property
    def dropped(self) -> tuple[Slot, ...]:
        """The slots that are not made any more though the day had begun: all of a day that ends, else a recap that the
        letter of the rest of it does not ask for."""
        windows = self.before.windows(self.day) if self._is_known else ()
        if not windows or windows[0].opens >= self.at or self.lost:
            return ()
        gone = self._open if self._letter is None else self._gone(SlotKind.RECAP)
        return tuple(slot for slot, _ in gone)

    @property
    def carried(self) -> tuple[Slot, Slot] | None:
        """The open slot, and the other in whose report those will be who have reported for it."""
        if not self._is_known:
            return None
        found = (some.windows(self.day) for some in (self.before, self.after))
        was, now = (next((one.slot for one in windows if one.contains(self.at)), None) for windows in found)
        return (was, now) if was and now and was.id != now.id else None

    @cached_property
    def _is_known(self) -> bool:
        try:
            self.before.policy_on(self.day), self.after.policy_on(self.day)
        except CalendarUnknown:
            return False
        return True

    @cached_property
    def _letter(self) -> Policy | None:
        """The letter under which the day goes on; None where it ends, or nothing is known."""
        return self.after.policy_on(self.day) if self._is_known else None

    @cached_property
    def _closed(self) -> Held:
        return tuple(one for one in self.before.cut_offs(self.day) if one[1] <= self.at)

    @cached_property
    def _closed_after(self) -> Held:
        return tuple(one for one in self.after.cut_offs(self.day) if one[1] <= self.at)

    @cached_property
    def _open(self) -> Held:
        return tuple(one for one in self.before.cut_offs(self.day) if one[1] > self.at)

    def _gone(self, kind: SlotKind) -> Held:
        """The open slots of a kind of which none is open afterwards."""
        if any(slot.kind is kind and closes > self.at for slot, closes in self.after.cut_offs(self.day)):
            return ()
        return tuple(one for one in self._open if one[0].kind is kind)

    def _too_late(self, letter: Policy) -> Iterator[tuple[Slot, datetime]]:
        """The slots that the day's letter comes to list after their cut-off; another letter's hours gone by are meant,
        and so are hours that the letter listed before."""
        old = self.before.policy_on(self.day)
        if old is None or old.number != letter.number:
            return
        kinds = {slot.kind for slot, _ in self._open}
        names = {slot.id for slot in old.slots if slot.cut_off(self.day, old.tz) <= self.at}
        names |= {slot.id for slot, _ in self._closed}
        times = {(slot.kind, closes) for slot, closes in self._closed}
        for slot in letter.slots:
            closes = slot.cut_off(self.day, letter.tz)
            is_new = slot.id not in names and (slot.kind, closes) not in times
            if closes <= self.at and slot.kind in kinds and is_new:
                yield slot, closes


def _by_name(held: Held) -> dict[tuple[str, datetime], Slot]:
    return {(slot.id, closes): slot for slot, closes in held}
