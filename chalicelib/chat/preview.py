"""What an admin sees before a change is made, and after: the change in words, its reach, and the way back.

A period is always echoed in full, with its working days, last day and first free day, whatever command set it.
"""

from collections.abc import Collection, Iterable, Iterator

from chalicelib.admin.desk import Proposal
from chalicelib.chat.period_words import echo
from chalicelib.domain.answer import Act, Answer, Offer
from chalicelib.domain.change import Change, Edit, Fact, Line
from chalicelib.domain.day import Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.effect import Effect
from chalicelib.domain.people import Person
from chalicelib.domain.periods import Between, Period, UntilLifted
from chalicelib.domain.policy import Policy, letters
from chalicelib.store.office import Head

MOST_PERIODS = 2


def shown(
    proposal: Proposal, office: Office, notes: Iterable[Line], confirm: Offer, *, is_stale: bool = False
) -> Answer:
    """The preview: nothing has happened yet. `confirm` makes it happen as shown."""
    change = proposal.change
    lines = (
        *((Line("chat.stale"),) if is_stale else ()),
        change.summary,
        *change.details,
        *_periods(change, office),
        reach(proposal.effect),
        *notes,
        *change.warnings,
        *((Line("chat.needs_second"),) if change.needs_second else ()),
    )
    dismiss = Offer(Line("chat.dismiss"), Act.DISMISS, confirm.kept)
    return Answer(Line("chat.preview"), lines, offers=(confirm, dismiss))


def reach(effect: Effect) -> Line:
    """For whom and from which slot on."""
    if effect.day is None or effect.first is None:
        return Line("chat.reach.none" if not effect.people else "chat.reach.people", _counts(effect))
    return Line("chat.reach", _counts(effect) | {"slot": f"{effect.first.slot.deadline:%H.%M}", "day": effect.day})


def _counts(effect: Effect) -> dict[str, str | int]:
    return {"people": effect.people, "units": effect.units}


def _periods(change: Change, office: Office) -> Iterator[Line]:
    """The echo of each period that the change sets, a few at the most, of two by which letter."""
    told = _new_periods(change, office)[:MOST_PERIODS]
    for number, period in told:
        if number and len(told) > 1:
            yield Line("chat.period.of", {"number": number})
        end = period.end if isinstance(period, Between) else None
        condition = period.condition if isinstance(period, UntilLifted) else None
        yield from echo(period.start, end, condition, office.circulars.calendar)


def _new_periods(change: Change, office: Office) -> list[tuple[str, Period]]:
    """The periods that nothing had before, each with the number of its letter if it is one's; none of duties that only
    fall into pieces, whose days the summary tells."""
    further = {edit.after.number for edit in change.edits if edit.before is None and isinstance(edit.after, Policy)}
    held = {(letter.number, letter.validity) for letter in letters(office.circulars.policies)}
    told = [edit for edit in change.edits if not (_is_cut_short(edit, further) or _keeps_days(edit, held))]
    new = ((_number(edit.after), period) for edit in told if (period := _new_period(edit)) is not None)
    found = list(dict.fromkeys(new))
    is_split = len(found) > 1 and not any(isinstance(edit.after, Policy) for edit in told)
    return [] if is_split else found


def _is_cut_short(edit: Edit, further: Collection[str]) -> bool:
    """Whether the edit only makes room for a further row of the same letter, which tells the period."""
    return isinstance(edit.before, Policy) and edit.before.number in further


def _keeps_days(edit: Edit, held: Collection[tuple[str, Period]]) -> bool:
    """Whether the edit leaves a letter the days that it has."""
    return isinstance(edit.after, Policy) and (edit.after.number, edit.after.validity) in held


def _new_period(edit: Edit) -> Period | None:
    before, after = _period(edit.before), _period(edit.after)
    return after if after != before else None


def _number(fact: Fact | None) -> str:
    return fact.number if isinstance(fact, Policy) else ""


def _period(fact: Fact | None) -> Period | None:
    match fact:
        case Policy(validity=period) | Assignment(period=period):
            return period
        case _:
            return None


def committed(change: Change, revision: int, corrections: tuple[Offer, ...], codes: tuple[Line, ...]) -> Answer:
    """What was done, under which number, and how to take it back; with the codes of whoever may link an account now."""
    undo = Offer(Line("chat.undo"), verb="record.undo", line=str(revision))
    return Answer(Line("chat.saved", {"revision": revision}), (change.summary, *codes), offers=(undo, *corrections))


def committed_before(made: Head, edits: Iterable[Edit], codes: tuple[Line, ...]) -> Answer:
    """What a repeat of the confirmation hears.

    Sheets of new links may have been lost with the worker that made the change, and nobody keeps the keys in them.
    """
    sheets = (Line("chat.saved.sheets"),) if any(map(_gives_link, edits)) else ()
    lines = (made.summary, Line("chat.saved.again"), *sheets, *codes)
    return Answer(Line("chat.saved", {"revision": made.revision}), lines)


def _gives_link(edit: Edit) -> bool:
    """Whether somebody has another check-in link by the edit."""
    held, holds = (fact.link_hash if isinstance(fact, Person) else None for fact in (edit.before, edit.after))
    return holds is not None and holds != held
