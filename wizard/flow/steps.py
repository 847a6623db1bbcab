"""Step: a page with a form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property, partial
from typing import Any, ClassVar, cast

from wtforms import Field, Form, SelectField, ValidationError

from . import back as going_back
from . import bound, each, fields, rules, texts
from . import reveals as revealing
from .actions import Actions
from .base import BaseStep, Rechecked, silent
from .bound import holder, leaves
from .earlier import MAPPING, Answer, Earlier, NotAnsweredError, Text
from .files import file_names
from .fingerprint import fingerprint, stamp
from .keyed import KEYS
from .messages import NOT_OFFERED
from .mistakes import check as check_step
from .mistakes import check_choices, check_value, has_no_choices
from .own import check_default, tried_defaults
from .parts import PartsField
from .served import served, tolerant
from .so_far import SoFar, takes_typed, tried
from .typed import Speaking, Typed, bind, language_of, languages_of
from .validation import validate

#: Turns what was typed into a secret field into what is stored in its place; ``None`` stores nothing.
Keep = Callable[[str], Any] | None


@dataclass(frozen=True, eq=False)
class Step(BaseStep):
    """One page with a WTForms form.

    ``choices``, ``defaults``, ``check`` and ``bounds`` are functions like ``when``. When something that one of them has
    read changes, the step is asked again, filled in as it was.

    :param form: the WTForms form class that asks and validates.
    :param choices: for each field whose choices depend on earlier answers, a function that returns them. One that takes
        two arguments is given what is typed on the page so far, too: see :class:`~wizard.flow.so_far.SoFar`.
    :param refresh: the fields with which the page is drawn again, as soon as they have changed. What is typed is kept
        as a Draft, and accepted by nothing. Without JavaScript, a button does it.
    :param template: a template of yours that draws the fields of this page: ``parts.draw_all(views, form_id)``, or each
        by its name: ``parts.draw(fields.city)``. It is given ``answers``, those to the steps before, and what is
        ``typed`` so far.
    :param actions: your own buttons: for the name of each its words, and a function of the earlier answers and of what
        is typed so far, which is kept as a Draft first. It returns a text that the page says then, a dictionary of what
        it types into fields, a redirect to a page of yours, or None; or it raises :class:`~wizard.errors.Refused`.
    :param defaults: what the fields hold at first: a function that returns values by the names of fields.
    :param intro: what stands below the heading: what the step is for, or that it can be skipped; as a title is given.
    :param brief: the field whose answer stands below the title of the step beside the pages that come after, where they
        are wide enough: who is asked sees at a glance what they have said. Leave it out where others should not.
    :param labels: for each field whose label, or legend, is said here, a text or a function like a title. A field that
        a FormField encloses has a dotted name.
    :param hints: the same, of what stands below the label.
    :param options: for each field with choices, by their values, what they say: ``{"who": {"me": "I am"}}``.
    :param for_each: for each field that is asked once for each entry of an earlier list, all on this page, the name of
        that list: ``{"share": "shops"}``; or of a field that takes several choices, for each of which it is asked:
        ``"used.shops"``. In the answer it is a list in the order of that one. What belongs to an entry stays with it;
        when one is added, the step is asked again. Its labels, hints, bounds and the like read the entry that they are
        for as ``answers["entry"]``; ``check`` may return a list of messages for it.
    :param live: the fields that are checked as soon as they have changed, not only when the step is sent.
    :param sign_in: for a step with a password, the answer that its owner signs in with, such as ``"account.email"``. It
        travels in the form, unseen, so that a password manager keeps both together. It is no field, and never sent.
    :param check: a rule across steps: a function of the earlier answers and of the clean data, without its secrets. It
        returns what is wrong, by the names of inputs, or under ``""`` for the step; of a Repeat, for each entry. It is
        called when everything else is valid, and once more at the end.
    :param bounds: for each number, date or time whose bounds depend on earlier answers, a function for ``min``, for
        ``max`` or for both, and the ``message``. They stand on the input too.
    :param reveals: for each field that is shown with a choice alone, the field of that choice, and the choice, such as
        ``("how", "other")``; of a box, ``("gift", True)``. While that is not chosen, what is typed there is kept, but
        neither validated nor an answer, which is None.
    :param optional: whether it can be skipped, by a button of its own: then nothing is validated, and the answer is
        ``None``. To functions of later steps, it is as if it were not answered.
    :param final: whether its answer is not changed any more once it is accepted, such as the code that confirms an
        address: Back passes its page, the summary has no link to it, and it is not validated again at the end. It is
        asked once more where something that it has read is changed. It can still be cleared, with everything else.
    :param back: for a choice that leads to an earlier step instead of onwards the name of that step, such as
        ``{"no": "total"}``. It is kept as a Draft, and never an answer. The step asks whether that earlier answer is
        right: when it changes, the step is asked again.
    :param keep: for each secret field, by its name (``login.password`` for one that a FormField encloses), a function
        that turns what was typed into what is stored in its place, such as a hash; ``None`` stores nothing. It may
        refuse with a ``ValidationError`` or with :class:`~wizard.errors.Refused`.

    >>> from wtforms import Form, RadioField
    >>> class PlanForm(Form):
    ...     plan = RadioField("Plan", choices={"personal": "Personal", "team": "Team"})
    >>> Step("plan", PlanForm, title="Choose a plan").name
    'plan'
    """

    form: type[Form]
    _: KW_ONLY
    choices: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    defaults: Callable[[Mapping[str, Answer]], Mapping[str, Any]] | None = None
    for_each: Mapping[str, str] = field(default_factory=dict)
    live: Collection[str] = ()
    refresh: Collection[str] = ()
    template: str = ""
    actions: Actions = field(default_factory=dict)
    intro: Text = ""
    brief: str = ""
    labels: Mapping[str, Text] = field(default_factory=dict)
    hints: Mapping[str, Text] = field(default_factory=dict)
    options: Mapping[str, Mapping[Any, Text]] = field(default_factory=dict)
    sign_in: str = ""
    check: rules.Check | None = None
    bounds: Mapping[str, rules.Bounds] = field(default_factory=dict)
    reveals: revealing.Reveals = field(default_factory=dict)
    back: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, Keep] = field(default_factory=dict)
    final: bool = False
    optional: bool = False

    said: ClassVar[tuple[str, ...]] = (*BaseStep.said, "intro")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_step(self)

    @cached_property
    def _class(self) -> type[Form]:
        return served(self.form)

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        return fields.secrets(self.form)

    @cached_property
    def fingerprint(self) -> str:
        own = fingerprint(self.form)
        beside = [sorted(one.items()) for one in (self.reveals, self.back, self.for_each) if one]
        return f"{own}.{stamp(beside[0] if len(beside) == 1 else beside)}" if beside else own

    @property
    def domains(self) -> Mapping[str, list[Any] | None] | None:
        return {name: self._domain(name) for name in fields.questions(self.form)}

    def _domain(self, name: str) -> list[Any] | None:
        known = None if name in self.choices or name in self.secrets else fields.known_values(self.form, name)
        if known and self.back:
            leading = going_back.values_of(self, name)
            known = [value for value in known if str(getattr(value, "value", value)) not in leading]
        return [*dict.fromkeys([*known, None])] if known and name in self.reveals else known or None

    @property
    def functions(self) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
        defaults = [] if self.defaults is None else [("defaults", partial(tried_defaults, self))]
        choices = [("choices", each.for_entry(self, name, partial(self._tried_choices, name))) for name in self.choices]
        return [*choices, *defaults, *rules.functions(self)]

    @property
    def texts(self) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
        return [*super().texts, *texts.functions(self)]

    def describe(self) -> list[str]:
        marks = dict.fromkeys(self.secrets, " (secret)") | dict.fromkeys(file_names(self.form), " (file)")
        marks |= dict.fromkeys(self.choices, " (computed choices)")
        marks |= dict.fromkeys(self.chosen_here, " (choices by what is typed here)")
        marks |= dict.fromkeys(self.bounds, " (computed bounds)")
        marks |= {name: f"{marks.get(name, '')} (for each of {source})" for name, source in self.for_each.items()}
        for name, (by, option) in self.reveals.items():
            marks[name] = f"{marks.get(name, '')} (if {by} is {option})"
        rule = ["checked against other answers"] * bool(self.check) + ["not changed once answered"] * self.final
        rule += ["can be skipped"] * self.optional
        leads = [f"{value} leads back to {to}" for value, to in self.back.items()]
        buttons = [f"button: {words}" for words, _ in self.actions.values()]
        return [*(name + marks.get(name, "") for name in fields.questions(self.form)), *leads, *rule, *buttons]

    @property
    def turns(self) -> bool:
        return bool(self.back)

    def is_whole(self, answer: Answer) -> bool:
        return isinstance(answer, MAPPING)

    def open(self, earlier: Earlier | None = None, typed: Typed | None = None) -> Form:
        """Return the form of this step, bound to what was ``typed``; with its defaults where nothing was.

        :param earlier: the answers that ``choices`` and ``defaults`` may read; none by default.
        :param typed: for the name of each input its values, as a browser sends them.
        """
        if earlier is None:
            earlier = Earlier(self.name, (), {})
        data = self._computed(earlier, "defaults", self.default_data) if self.defaults else {}
        meta: dict[str, Any] = {"csrf": False}
        if self.for_each:
            meta[KEYS] = each.keys_of(self, earlier)
        form = self._class(formdata=None if typed is None else bind(typed), data=data, meta=meta)
        inputs: list[Any] = list(leaves(form))
        for one in inputs:
            if isinstance(one, SelectField):
                one.coerce = tolerant(one.coerce)
            if any(one.raw_data or ()) and getattr(one, "invalid_choice_message", "") is None:
                one.invalid_choice_message = NOT_OFFERED
            if one.object_data is not None and not one.raw_data:
                check_default(self, one)
        for name in self.choices:
            if name not in self.chosen_here:
                for one, about in each.asked(self, form, name, earlier):
                    one.choices = self._computed(about, "choices", partial(self.found_choices, name), name)
        if self.chosen_here:
            self.so_far(form, earlier).put_choices()
        if self.labels or self.hints or self.options:
            texts.put_texts(self, form, earlier)
        if self.back:
            going_back.depend(self, earlier)
        if self.bounds:
            rules.put_bounds(self, form, earlier)
        if self.check is not None:
            form._earlier = earlier  # type: ignore[attr-defined]
        for one in inputs:
            if has_no_choices(one):
                self.wrong(f"field {one.name!r} has no choices. Give it some, or compute them with 'choices='.")
        return form

    @cached_property
    def chosen_here(self) -> tuple[str, ...]:
        """The fields whose choices go by what is typed on the page."""
        return tuple(name for name, function in self.choices.items() if takes_typed(function))

    def so_far(self, form: Form, earlier: Earlier) -> SoFar:
        """Return what is in the fields of a bound ``form``, for functions and templates that go by it."""
        return SoFar(self, form, earlier)

    def found_choices(self, name: str, *given: Mapping[str, Any]) -> Any:
        """Return the choices that are computed for the field ``name`` of what is ``given``."""
        found = self.choices[name](*given)
        # They are gone through more than once.
        found = list(found) if isinstance(found, Iterator) else found
        check_choices(self, name, fields.of_one(fields.samples(self.form)[name]), found)
        return found

    def _tried_choices(self, name: str, answers: Mapping[str, Answer]) -> Any:
        given = (answers, tried(self, answers)) if name in self.chosen_here else (answers,)
        return self.found_choices(name, *given)

    def default_data(self, answers: Mapping[str, Answer]) -> Any:
        """Return what ``defaults`` returns of these ``answers``."""
        data = self.defaults(answers) if self.defaults else {}
        known = fields.samples(self.form)
        if data is not None and not isinstance(data, Mapping):
            self.wrong(f"its 'defaults' returned {type(data).__name__}. Let it return a dictionary by its fields.")
        for name, value in (data or {}).items():
            if name not in known:
                self.wrong(f"its 'defaults' names {name!r}, which is no field of {self.form.__name__}. Name one.")
            check_value(self, name, known[name], value)
        return data

    def _computed(self, earlier: Earlier, what: str, function: Any, name: str = "") -> Any:
        try:
            return earlier.call(what, function, name)
        except NotAnsweredError:
            return {}

    def read(self, earlier: Earlier, typed: Typed, speak: Speaking = silent) -> Form:
        """Return a form filled with what was ``typed``, each input read in the language that it was typed in."""
        with speak(language_of(typed)):
            form = self.open(earlier, typed)
        for language, names in languages_of(typed).items():
            with speak(language):
                other = {one.name: one for one in leaves(self.open(earlier, typed))}
            for one in leaves(form):
                if isinstance(one, PartsField):
                    # It may have been typed in one language, and mended in another.
                    if any(name in names for name in fields.inputs_of(one)):
                        one.adopt(cast("PartsField", other[one.name]), names)
                elif one.name in names:
                    one.data = other[one.name].data
                    one.process_errors = other[one.name].process_errors
            if self.chosen_here:
                # They go by what it means in that language.
                self.so_far(form, earlier).put_choices()
                texts.put_texts(self, form, earlier)
        return form

    def staying(self, form: Form, stored: Answer) -> tuple[str, ...]:
        """Return the secrets that stay as they are ``stored``, since they were left empty in a bound ``form``.

        A secret that is not kept at all, such as a password typed a second time, may be empty only if those that are
        kept stay.
        """
        asked = self._shown(self.secrets, form)
        empty = [name for name in asked if not _at(form, name).data]
        kept = [name for name in asked if self.keep[name] is not None]
        stay = [name for name in kept if name in empty and value_at(stored, name) is not None]
        if kept and len(stay) == len(kept):
            stay = empty if len(empty) == len(asked) else []
        return tuple(stay)

    def hidden(self, form: Form) -> tuple[str, ...]:
        """Return the fields of a bound ``form`` that are hidden by what is chosen in it."""
        return revealing.hidden(self.reveals, form) if self.reveals else ()

    def _shown(self, names: Collection[str], form: Form) -> Collection[str]:
        """Return those of the dotted ``names`` of fields that are not hidden."""
        if not self.reveals or not names:
            return names
        hidden = self.hidden(form)
        return [name for name in names if name.partition(".")[0] not in hidden]

    def validate(
        self, form: Form, refused: Mapping[str, str], absent: Collection[str] = (), *, only: str = ""
    ) -> dict[str, str]:
        """Validate a ``form`` that was opened, and return what is wrong, by the names of its inputs.

        See :func:`~wizard.flow.validation.validate`. What is valid by itself is checked against earlier answers.
        """
        # Whoever checks one field alone does not know what is chosen in another.
        hidden = self.hidden(form) if self.reveals and not only else ()
        wrong = validate(form, refused=refused, absent=self._shown(absent, form), hidden=hidden, only=only)
        if self.back and not wrong and not only:
            wrong = going_back.broken(self, form)
        if self.check is None or wrong or only:
            return wrong
        return rules.broken(self, form, form._earlier)  # type: ignore[attr-defined]

    def clean(self, form: Form, stored: Answer = None, kept: dict[tuple[str, str], Any] | None = None) -> Answer:
        """Return what is stored of a valid ``form``. A secret that was left empty stays as it is ``stored``.

        :param kept: what ``keep`` has made of secrets already, so that a request that is answered again does not keep
            them again.
        :raises ValidationError: when ``keep`` refuses, with the dotted name of the field and the message.
        """
        hidden = self.hidden(form) if self.reveals else ()
        answer = bound.clean(form, hidden)
        stay = self.staying(form, stored)
        done = {} if kept is None else kept
        for name in self.secrets:
            *outer, own = name.split(".")
            if hidden and name.partition(".")[0] in hidden:
                if self.keep[name] is None:
                    answer.pop(name, None)
                continue
            holder = answer
            for one in outer:
                holder = holder[one]
            typed, keep = holder.pop(own), self.keep[name]
            if name in stay:
                if keep is not None:
                    holder[own] = value_at(stored, name)
            elif keep is not None:
                if (name, typed) not in done:
                    done[name, typed] = self._keep(name, keep, typed)
                holder[own] = done[name, typed]
        return answer

    def _keep(self, name: str, keep: Callable[[str], Any], typed: str) -> Any:
        try:
            found = keep(typed)
        except ValidationError as error:
            raise ValidationError(each.input_of(self.form, name), str(error)) from None
        if found is None:
            self.wrong(f"its 'keep' for {name!r} returned nothing. Let it return what is stored, or use None for it.")
        return found

    def recheck(self, earlier: Earlier, answer: Answer, typed: Any, speak: Speaking = silent) -> Rechecked:
        """Validate an ``answer`` once more, but not its secrets, which are not stored, nor the rules that read them."""
        if answer is None and self.optional:
            return Rechecked(None, {})
        form = self.read(earlier, typed, speak)
        absent = [name for name in self.secrets if self.keep[name] is None or value_at(answer, name) is not None]
        errors = self.validate(form, {}, absent)
        if errors:
            return Rechecked(None, errors)
        now = self.clean(form, answer)
        # What nobody typed, such as a default that is another one each day, is what it was.
        for name, one in fields.samples(self.form).items():
            if name in answer and name not in self.for_each and not any(key.startswith(one.name) for key in typed):
                now[name] = answer[name]
        return Rechecked(now, {})


def _at(form: Any, dotted: str) -> Field:
    inner, name = holder(form, dotted)
    return cast("Field", inner._fields[name])


def value_at(answer: Answer, dotted: str) -> Any:
    """Return what ``answer`` has of the field with that dotted name; ``None`` where it has nothing."""
    for name in dotted.split("."):
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer
