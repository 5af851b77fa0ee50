"""Questions about the wish itself and about states: who, for what, stopped by what, agreed to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.conduct.core.facts import CONTENTS, PURPOSES, ROLES
from kaopu.conduct.core.instants import micros
from kaopu.conduct.core.kinds.kind import Edges, Finding, Kind, Look, always
from kaopu.conduct.core.kinds.parameters import one_of, parameter, some_of, texts, whole
from kaopu.conduct.core.kinds.paths import TYPES, field_of, fields_of, value_of

if TYPE_CHECKING:
    from kaopu.conduct.core.case import Case, Moment


@dataclass(frozen=True, kw_only=True)
class Always(Kind):
    """Holds whatever the facts: the rule forbids what it applies to."""

    name = "always"

    def prepare(self, case: Case) -> Look:  # noqa: ARG002 - no fact is asked
        """Nothing to ask."""
        return always(Finding(True, "always"))


@dataclass(frozen=True, kw_only=True)
class Wish(Kind):
    """The request is of these purposes, roles and contents; `other_than_roles` turns the roles round.

    `above` is a content that the request's content exceeds.
    """

    name = "wish"
    purposes: frozenset[str] | None = parameter(some_of(PURPOSES), default=None)
    other_than_purposes: frozenset[str] | None = parameter(some_of(PURPOSES), default=None)
    roles: frozenset[str] | None = parameter(some_of(ROLES), default=None)
    other_than_roles: frozenset[str] | None = parameter(some_of(ROLES), default=None)
    contents: frozenset[str] | None = parameter(some_of(CONTENTS), default=None)
    above: str | None = parameter(one_of(CONTENTS), default=None)

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        return always(Finding(self._is_of(case), "wish", (self, case.request, case.facts.person.role)))

    def _is_of(self, case: Case) -> bool:
        wish, role = case.request, case.facts.person.role
        return (
            (self.purposes is None or wish.purpose in self.purposes)
            and (self.other_than_purposes is None or wish.purpose not in self.other_than_purposes)
            and (self.roles is None or role in self.roles)
            and (self.other_than_roles is None or role not in self.other_than_roles)
            and (self.contents is None or wish.content in self.contents)
            and (self.above is None or CONTENTS.index(wish.content) > CONTENTS.index(self.above))
        )


@dataclass(frozen=True, kw_only=True)
class AnyTrue(Kind):
    """At least one of the states is true."""

    name = "any_true"
    fields: frozenset[str] = parameter(fields_of("flag"))

    @property
    def needs(self) -> tuple[str, ...]:
        """All of the states, also once one is found."""
        return tuple(sorted(self.fields))

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        true = tuple(path for path in sorted(self.fields) if value_of(case, path))
        return always(Finding(bool(true), "any_true", (true, self.needs)))


@dataclass(frozen=True, kw_only=True)
class NoneTrue(AnyTrue):
    """None of the states is true."""

    name = "none_true"

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        true = tuple(path for path in sorted(self.fields) if value_of(case, path))
        return always(Finding(not true, "none_true", (true, self.needs)))


@dataclass(frozen=True, kw_only=True)
class OfField(Kind):
    """A question about one field."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The field."""
        return (self.path,)

    @property
    def path(self) -> str:
        """Path of the field."""
        return str(getattr(self, "field"))  # noqa: B009 - each kind declares it with its own type


@dataclass(frozen=True, kw_only=True)
class Below(OfField):
    """A whole number is below `limit`."""

    name = "below"
    field: str = parameter(field_of("whole"))
    limit: int = parameter(whole(0))

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        found = value_of(case, self.field)
        return always(Finding(found < self.limit, "below", (self.field, found, self.limit)))


@dataclass(frozen=True, kw_only=True)
class AtLeast(OfField):
    """A whole number is `limit` or more."""

    name = "at_least"
    field: str = parameter(field_of("whole"))
    limit: int = parameter(whole(0))

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        found = value_of(case, self.field)
        return always(Finding(found >= self.limit, "at_least", (self.field, found, self.limit)))


@dataclass(frozen=True, kw_only=True)
class OneOf(OfField):
    """A text is one of `values`."""

    name = "one_of"
    field: str = parameter(field_of("text"))
    values: frozenset[str] = parameter(texts)

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        found = value_of(case, self.field)
        return always(Finding(found in self.values, "one_of", (self.field, found, self.values)))


@dataclass(frozen=True, kw_only=True)
class NotOneOf(OneOf):
    """A text is none of `values`."""

    name = "not_one_of"

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        found = value_of(case, self.field)
        return always(Finding(found not in self.values, "not_one_of", (self.field, found, self.values)))


@dataclass(frozen=True, kw_only=True)
class NotTrue(OfField):
    """A state is not true."""

    name = "not_true"
    field: str = parameter(one_of(TYPES["flag"]))

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        return always(Finding(not value_of(case, self.field), "not_true", (self.field,)))


@dataclass(frozen=True, kw_only=True)
class WithEpisode(Kind):
    """The request belongs to an episode."""

    name = "with_episode"

    @property
    def needs(self) -> tuple[str, ...]:
        """The episode, which may be absent but not unreadable."""
        return ("episode.id",)

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        return always(Finding(case.facts.episode is not None, "with_episode"))


@dataclass(frozen=True, kw_only=True)
class SwitchedOff(Kind):
    """A jurisdiction of the request is missing where outreach to contacts was switched on."""

    name = "switched_off"

    @property
    def needs(self) -> tuple[str, ...]:
        """The switches."""
        return ("switches.contact_outreach",)

    def prepare(self, case: Case) -> Look:
        """The same at every moment."""
        missing = tuple(sorted(case.request.jurisdictions - (case.facts.contact_outreach or frozenset())))
        return always(Finding(bool(missing), "switched_off", (missing,)))


@dataclass(frozen=True, kw_only=True)
class NoConsent(Kind):
    """No single consent of the person covers this channel (or any) at the moment."""

    name = "no_consent"

    @property
    def needs(self) -> tuple[str, ...]:
        """The consents."""
        return ("person.consents",)

    def prepare(self, case: Case) -> Look:
        """Look for one that is open."""
        spans, channel = _spans(case), case.request.channel

        def look(moment: Moment) -> Finding:
            now = moment.micros
            open_now = any(since <= now and (until is None or now < until) for since, until in spans)
            return Finding(not open_now, "no_consent", (channel,))

        return look

    def edges(self, case: Case) -> Edges:
        """Where a consent begins or ends."""
        return Edges(instants=tuple(end for span in _spans(case) for end in span if end is not None))


def _spans(case: Case) -> list[tuple[int, int | None]]:
    wanted = (case.request.channel, "any")
    return [
        (micros(one.since), None if one.until is None else micros(one.until))
        for one in case.facts.person.consents or ()
        if one.channel in wanted
    ]
