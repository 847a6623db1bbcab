"""What the template of a field is given, how it is drawn, and what a browser sends of it untouched."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template_string
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    ButtonField,
    ColorField,
    DataList,
    DateField,
    DateTimeLocalField,
    DecimalField,
    DecimalRangeField,
    EmailField,
    FieldList,
    FloatField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    IntegerRangeField,
    MonthField,
    PasswordField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TelField,
    TextAreaField,
    TimeField,
    URLField,
    WeekField,
)
from wtforms.csrf.core import CSRF
from wtforms.fields import SelectChoice
from wtforms.validators import (
    DataRequired,
    Disabled,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ReadOnly,
    Regexp,
)
from wtforms.widgets import (
    CheckboxInput,
    HiddenInput,
    ListWidget,
    PasswordInput,
    RadioInput,
    Select,
    TextArea,
    TextInput,
)

from wizard import Flow, Step, Wizard
from wizard.pages.drawing import views
from wizard.pages.field import FieldView, find, held
from wizard.pages.site import page_context


class Browser(HTMLParser):
    """The elements of a page, and what is sent of its inputs while nobody touches them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pairs: list[tuple[str, str]] = []
        self._off, self._select, self._area, self._fieldsets = False, None, None, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice: {names}"
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "fieldset":
            self._fieldsets.append("disabled" in given)
        off = "disabled" in given or any(self._fieldsets)
        name, value = given.get("name"), given.get("value") or ""
        ticks = given.get("type") in ("radio", "checkbox")
        if tag == "input" and not off and name and (not ticks or "checked" in given):
            self.pairs.append((name, value))
        elif tag == "select":
            self._select = None if off else (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((value, "selected" in given, off))
        elif tag == "textarea":
            self._area = None if off else [name, ""]

    def handle_data(self, data):
        if self._area:
            self._area[1] += data

    def handle_endtag(self, tag):
        if tag == "fieldset":
            self._fieldsets.pop()
        if tag == "select" and self._select:
            name, options = self._select
            chosen = [(value, off) for value, selected, off in options if selected][-1:]
            chosen = chosen or [(value, off) for value, _, off in options if not off][:1]
            self.pairs += [(name, value) for value, off in chosen if not off]
            self._select = None
        if tag == "textarea" and self._area:
            self.pairs.append((self._area[0], self._area[1].removeprefix("\n")))
            self._area = None

    def inputs(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of the inputs of that name."""
        return [given for _, given in self.tags if given.get("name") == name]


@pytest.fixture
def draw():
    """Draw views by the template, in an application that forgives nothing."""
    app = Flask(__name__, template_folder=None)
    app.secret_key = "key"
    app.jinja_env.undefined = StrictUndefined
    flow = Flow(Step("a", type("A", (Form,), {"a": StringField("A")}), title="A"))
    app.register_blueprint(Wizard("w", flow, on_finish=lambda *_: "R"), url_prefix="/w")
    page = '{% import "wizard/parts.html" as parts with context %}{{ parts.draw_all(views, "form") }}'

    def drawn(seen: list[FieldView]) -> str:
        with app.test_request_context("/"):
            return render_template_string(page, **page_context(views=seen))

    return drawn


def form_of(typed=None, data=None, **fields):
    """A form of these fields, filled with what was typed, or with data."""
    return type("Made", (Form,), fields)(None if typed is None else MultiDict(typed), data=data)


def one(field, typed=None, **options):
    """The view of one field, named ``it``."""
    [view] = views(form_of(None if typed is None else {"it": typed}, it=field), options.pop("errors", {}), **options)
    return view


def attributes(view):
    """The attributes of its tag, as HTML has them."""
    [(_, given)] = Browser(f"<input {view.attributes}>").tags
    return given


# What a field says of itself


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (StringField(render_kw={"disabled": False, "x": None}), {"disabled": ..., "x": ...}),
        (StringField(render_kw={"disabled": True}), {"disabled": None}),
        (StringField(validators=[Disabled()]), {"disabled": None}),
        (StringField(validators=[Disabled()], render_kw={"disabled": False}), {"disabled": ...}),
        (StringField(validators=[ReadOnly()]), {"readonly": None}),
        (StringField(validators=[Length(2, 5)]), {"minlength": "2", "maxlength": "5"}),
        (StringField(validators=[Length(max=5)], render_kw={"maxlength": 9}), {"minlength": ..., "maxlength": "9"}),
        (StringField(validators=[InputRequired()]), {"required": ...}),
        (TextAreaField(validators=[DataRequired(), Length(max=5)]), {"required": ..., "maxlength": "5", "rows": "4"}),
        (TextAreaField(render_kw={"rows": 10}), {"rows": "10"}),
        (StringField(validators=[Regexp("[ab]", html_pattern=True)]), {"pattern": "[ab]"}),
        (StringField(render_kw={"class_": "big"}), {"class": "big"}),
        (StringField(render_kw={"data_kind": "x", "aria_label": "y"}), {"data-kind": "x", "aria-label": "y"}),
        (StringField(render_kw={"class": "a b", "class_": "b c"}), {"class": "a b c"}),
        (StringField(render_kw={"placeholder": '"<&'}), {"placeholder": '"<&'}),
        (StringField(id="own"), {"id": "own", "name": "it"}),
        (StringField(render_kw={"id": "own", "name": "x"}), {"id": "own", "name": "it"}),
        (StringField(datalist=DataList(["a"])), {"list": "it-datalist"}),
        (IntegerField(), {"type": "text", "inputmode": ...}),
        (IntegerField(validators=[NumberRange(1, 9)]), {"inputmode": "numeric", "min": "1", "max": "9"}),
        (IntegerField(validators=[NumberRange(-5, 9)]), {"inputmode": ...}),
        (DecimalField(validators=[NumberRange(Decimal("0.5"))]), {"inputmode": "decimal", "min": "0.5"}),
        (FloatField(render_kw={"type": "number"}), {"type": "number", "step": "any"}),
        (IntegerRangeField(validators=[NumberRange(200, 500)]), {"type": "range", "min": "200", "max": "500"}),
        (IntegerRangeField(validators=[NumberRange(lambda: 2, lambda: 4)]), {"min": "2", "max": "4", "value": "3"}),
        (DateField(validators=[], render_kw={"min": date(2026, 1, 2)}), {"type": "date", "min": "2026-01-02"}),
        (EmailField(), {"type": "email"}),
        (TelField(), {"type": "tel"}),
        (SearchField(), {"type": "search"}),
        (URLField(), {"type": "url"}),
        (MonthField(), {"type": "month"}),
        (WeekField(), {"type": "week"}),
        (TimeField(), {"type": "time"}),
        (DateField(format="%d.%m.%Y"), {"type": "text"}),
        (DateField(format=["%d.%m.%Y", "%Y-%m-%d"]), {"type": "date"}),
        (HiddenField(id="own", render_kw={"data-x": 1}), {"type": "hidden", "id": "own", "data-x": "1"}),
        (BooleanField(default=True), {"type": "checkbox", "value": "y", "checked": None}),
        (BooleanField(render_kw={"value": "1"}), {"value": "1", "checked": ...}),
        (SelectField(choices=["a"], render_kw={"autocomplete": "country"}), {"autocomplete": "country", "id": "it"}),
    ],
)
def test_a_field_keeps_what_it_says_of_itself(field, said):
    """Once, and merged with what the page says; an ellipsis stands for no such attribute."""
    given = attributes(one(field))
    assert {name: given.get(name, ...) for name in said} == said


def test_what_is_said_about_a_field_is_read_out_with_it():
    """The author's own, the hint, and the error or else the note."""
    field = StringField(description="Hint", render_kw={"aria-describedby": "mine", "aria_describedby": "other"})
    given = attributes(one(field, errors={"it": "Wrong"}))
    assert given["aria-describedby"] == "mine other it-hint it-error"
    assert given["aria-invalid"] == "true"
    form = form_of(it=field)
    form.it.note = "Fine"
    [view] = views(form, {})
    assert view.note == "Fine"
    assert attributes(view)["aria-describedby"] == "mine other it-hint it-note"
    assert "aria-invalid" not in attributes(view)


def test_a_secret_that_is_shown_empty_again_asks_for_it_again():
    """On a page that was refused for something else, where a word about its strength would be about nothing."""
    form = form_of({"it": "correct horse", "other": ""}, it=PasswordField(), other=PasswordField())
    form.it.note = "Strong"
    assert [view.note for view in views(form, {})] == ["For your security, enter this again", ""]
    assert [view.note for view in views(form, {}, stays=True)] == ["Strong", ""]


def test_a_field_that_is_named_note_is_none():
    """The attribute is looked for at the field itself, not in the form that it encloses."""
    inner = type("Inner", (Form,), {"note": StringField("A note")})
    assert one(FormField(inner)).note == ""


def test_choices_come_in_their_groups_with_attributes_of_their_own(draw):
    """Groups of radios too; the first has the id of the field, and labels keep their markup."""
    choices = [
        SelectChoice("a", Markup("<b>A</b>"), optgroup="Warm"),
        SelectChoice("b", "B, sold out", render_kw={"disabled": True, "class_": "sold"}, optgroup="Warm"),
        SelectChoice("c", "C", render_kw={"id": "mine"}, optgroup="Cold"),
    ]
    for field in (RadioField, SelectField, SelectMultipleField):
        view = one(field(choices=choices, render_kw={"data-x": "1", "class": "each"}, default="b"))
        assert [(group.label, len(group.options)) for group in view.groups] == [("Warm", 2), ("Cold", 1)]
        page = draw([view])
        assert "<b>A</b>" in page
        assert "Cold" in page
        first, sold, own = [given for _, given in Browser(page).tags if given.get("value") in ("a", "b", "c")]
        assert "disabled" in sold
        assert own["id"] == "mine"
        if field is not SelectField:
            assert first["id"] == "it"
            assert (first["class"], sold["class"], first["data-x"]) == ("each", "each sold", "1")


def test_a_dict_of_groups_has_groups():
    """As WTForms takes it, also for radios."""
    view = one(RadioField(choices={"Warm": {"r": "Red"}, "n": "None"}))
    assert [(group.label, [option.label for option in group.options]) for group in view.groups] == [
        ("Warm", ["Red"]),
        ("", ["None"]),
    ]


def test_a_choice_that_cannot_be_coerced_is_drawn():
    """As the blank one of numbers."""
    field = SelectField(coerce=int, choices=[SelectChoice("", "Select one"), SelectChoice(1, "One")])
    assert [(option.value, option.chosen) for option in one(field, "1").options] == [("", False), ("1", True)]
    assert [option.chosen for option in one(field, "").options] == [True, False]


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (StringField(), "input"),
        (StringField(widget=TextArea()), "textarea"),
        (StringField(widget=HiddenInput()), "hidden"),
        (StringField(render_kw={"type": "hidden"}), "hidden"),
        (SelectField(choices=["a"]), "select"),
        (SelectField(choices=["a"], widget=ListWidget(), option_widget=RadioInput()), "radio"),
        (RadioField(choices=["a"]), "radio"),
        (RadioField(choices=["a"], widget=Select()), "select"),
        (SelectMultipleField(choices=["a"]), "checkboxes"),
        (SelectMultipleField(choices=["a"], widget=ListWidget(), option_widget=CheckboxInput()), "checkboxes"),
        (BooleanField(), "checkbox"),
        (FormField(type("Inner", (Form,), {"a": StringField()})), "group"),
        (FormField(type("Inner", (Form,), {"a": HiddenField()})), "hidden"),
        (FieldList(StringField()), "list"),
        (FieldList(HiddenField()), "hidden"),
        (FieldList(HiddenField(), min_entries=1), "hidden"),
    ],
)
def test_each_field_is_drawn_by_one_part_of_the_template(field, kind):
    """By what it is drawn as, not by its class alone."""
    assert one(field).kind == kind


def own(widget: type) -> object:
    """A widget of the author's own, which draws more than that of WTForms."""

    def draw(self, field, **kwargs):
        return Markup("<b>own</b>") + widget.__call__(self, field, **kwargs)

    return type("Own", (widget,), {"__call__": draw})()


@pytest.mark.parametrize(
    "field",
    [
        StringField(widget=own(TextInput), render_kw={"class_": "x", "hidden": None}, description="Hint"),
        IntegerField(widget=lambda field, **kwargs: Markup("<b>own</b>") + TextInput()(field, **kwargs)),
        PasswordField(widget=own(TextInput)),
        SelectField(choices=["a"], widget=own(Select)),
        RadioField(choices=["a"], widget=own(ListWidget)),
        RadioField(choices=["a"], option_widget=own(RadioInput)),
        BooleanField(widget=own(CheckboxInput)),
        FormField(type("Inner", (Form,), {"a": StringField("A")}), widget=own(ListWidget)),
    ],
)
def test_a_widget_of_the_authors_own_is_called(draw, field):
    """With the attributes that ours would have, and without what the page says by itself."""
    view = one(field, errors={"it": "Wrong"})
    page = draw([view])
    assert page.count("<b>own</b>") == 1
    assert "it-error" in page
    browser = Browser(page)
    assert held([view]) == browser.pairs
    assert not any("required" in given or "hidden" in given for given in browser.inputs("it"))


# What a browser makes of it


AWARE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (IntegerRangeField(), None, "50"),
        (IntegerRangeField(validators=[NumberRange(0, 5)]), None, "3"),
        (IntegerRangeField(validators=[NumberRange(10, 5)]), None, "10"),
        (IntegerRangeField(validators=[NumberRange(200, 500)]), "7", "200"),
        (IntegerRangeField(validators=[NumberRange(200, 500)]), "999", "500"),
        (IntegerRangeField(validators=[NumberRange(200, 500)]), "x", "350"),
        (IntegerRangeField(default=7), None, "7"),
        (IntegerRangeField(render_kw={"step": 7}), "50", "49"),
        (IntegerRangeField(render_kw={"step": 30, "min": 10}), "99", "100"),
        (IntegerRangeField(render_kw={"step": 60}), "95", "60"),
        (DecimalRangeField(validators=[NumberRange(0, 5)]), None, "2.5"),
        (DecimalRangeField(render_kw={"step": "0.1"}), "2.55", "2.6"),
        (ColorField(), None, "#000000"),
        (ColorField(default="#AABBCC"), None, "#aabbcc"),
        (ColorField(), "red", "#000000"),
        (DateTimeLocalField(default=datetime(2026, 1, 2, 3, 4)), None, "2026-01-02T03:04"),
        (DateTimeLocalField(default=datetime(2026, 1, 2, 3, 4, 5)), None, "2026-01-02T03:04:05"),
        (DateTimeLocalField(default=AWARE, tz=UTC), None, "2026-01-02T03:04:05"),
        (DateTimeLocalField(), "2026-01-02 03:04", "2026-01-02T03:04"),
        (DateTimeLocalField(), "2026-01-02T03:04:00", "2026-01-02T03:04"),
        (DateTimeLocalField(), "soon", "soon"),
        (DateField(default=date(2026, 1, 2)), None, "2026-01-02"),
        (DateField(default=date(2026, 1, 2), format=["%d.%m.%Y", "%Y-%m-%d"]), None, "2026-01-02"),
        (DateField(default=date(2026, 1, 2), format="%d.%m.%Y"), None, "02.01.2026"),
        (DateField(), "x", "x"),
        (TimeField(default=time(9, 5)), None, "09:05"),
        (MonthField(default=date(2026, 3, 1)), None, "2026-03"),
        (WeekField(), "2026-W12", "2026-W12"),
        (StringField(), "two\r\nlines", "twolines"),
        (StringField(), " a ", " a "),
        (EmailField(), " a@b ", "a@b"),
        (TextAreaField(), "two\r\nlines\rthree", "two\nlines\nthree"),
        (TextAreaField(default="\n first"), None, "\n first"),
        (StringField(default="a b", filters=[str.split]), None, "a b"),
        (StringField(filters=[str.split]), "a b", "a b"),
        (IntegerField(), "012", "012"),
        (DecimalField(default=Decimal("1E+99")), None, "1E+99"),
        (StringField(default=None), None, ""),
        (StringField(render_kw={"value": "first"}), None, "first"),
        (StringField(render_kw={"value": "first"}), "", ""),
        (PasswordField(default="x"), "hunter2", ""),
        (StringField(widget=PasswordInput(hide_value=False), default="x"), "hunter2", ""),
        (HiddenField(default="t"), None, "t"),
    ],
)
def test_an_input_holds_what_a_browser_would_send(draw, field, typed, value):
    """Drawn as the browser would change it, so that it can be compared with what is sent."""
    view = one(field, typed)
    assert held([view]) == [("it", value)]
    assert Browser(draw([view])).pairs == [("it", value)]


class Token(CSRF):
    """A token that is always the same."""

    def generate_csrf_token(self, csrf_token_field):
        return "secret"


class Inner(Form):
    """Enclosed in the form of everything, with a token of its own."""

    class Meta:
        """How WTForms is told."""

        csrf = True
        csrf_class = Token

    street = StringField("Street", default="Main")
    secret = PasswordField("Code")
    token = HiddenField("Token", default="t")
    kind = SelectField("Kind", choices=["a", "b"])
    send = SubmitField("Send")


def everything():
    """A form with one field of each kind."""
    return form_of(
        name=StringField("Name", default="Ada"),
        token=HiddenField(default="t"),
        agree=BooleanField("Agree"),
        terms=BooleanField("Terms", default=True),
        radio=RadioField("Radio", choices=["a", "b"], default="b"),
        empty=RadioField("Empty", choices=["a", "b"]),
        first=SelectField("First", choices=[SelectChoice("", "None", render_kw={"disabled": True}), "x", "y"]),
        off=SelectField("Off", choices=[SelectChoice("z", "Z", render_kw={"disabled": True}), "x"], default="z"),
        none=SelectField("None", choices=[]),
        several=SelectMultipleField("Several", choices=["a", "b", "c"], default=["a", "c"]),
        disabled=StringField("Disabled", [Disabled()], default="no"),
        disabled_radio=RadioField("Disabled radio", [Disabled()], choices=["a"], default="a"),
        disabled_all=FormField(Inner, "Disabled", render_kw={"disabled": True}),
        fixed=StringField("Fixed", [ReadOnly()], default="yes"),
        fixed_choice=SelectField("Fixed", [ReadOnly()], choices=["a", "b"], default="b"),
        fixed_radio=RadioField("Fixed", [ReadOnly()], choices=["a", "b"], default="b"),
        fixed_tick=BooleanField("Fixed", [ReadOnly()], default=True),
        fixed_several=SelectMultipleField("Fixed", [ReadOnly()], choices=["a", "b", "c"], default=["a", "b"]),
        fixed_range=IntegerRangeField("Fixed", [ReadOnly()], default=7),
        ids=SelectMultipleField("Ids", choices=["1", "2", "3"], default=["1", "3"], widget=HiddenInput()),
        inner=FormField(Inner, "Inner"),
        tags=FieldList(StringField("Tag"), "Tags", default=["a", "b"]),
        inners=FieldList(FormField(Inner), "Inners", min_entries=1),
        keys=FieldList(HiddenField(), default=["k", "l"]),
        send=SubmitField("Send"),
        save=ButtonField("Save"),
    )


def test_what_a_browser_sends_of_a_page_untouched_is_known(draw):
    """Of every kind of field, at any depth: of what is disabled nothing, of what is only readonly its value."""
    seen = views(everything(), {})
    pairs = held(seen)
    assert sorted(pairs) == sorted(Browser(draw(seen)).pairs)
    assert {name for name, _ in pairs if name.startswith(("disabled", "empty", "agree", "off", "none"))} == set()
    sent = MultiDict(pairs)
    assert sent["first"] == "x"
    assert [sent.getlist(name) for name in ("several", "fixed_several", "ids")] == [["a", "c"], ["a", "b"], ["1", "3"]]
    assert [sent[name] for name in ("fixed_choice", "fixed_radio", "fixed_tick", "fixed_range")] == ["b", "b", "y", "7"]
    assert sent["inners-0-street"] == "Main"


def test_buttons_and_tokens_are_not_drawn(draw):
    """At any depth."""
    page = draw(views(everything(), {}))
    assert 'name="inner-street"' in page
    assert not re.search(r'name="[^"]*(send|save|csrf_token)"', page)


def test_a_hidden_field_is_a_hidden_input_and_nothing_else(draw):
    """No label, no box and no button, also of those in a list."""
    browser = Browser(draw([one(FieldList(HiddenField("Label"), default=["k", "l"]))]))
    assert [tag for tag, _ in browser.tags] == ["input", "input"]


# Secrets, errors and labels


def test_a_secret_that_is_kept_says_so(draw):
    """In words of its kind, and whatever is required need not be typed again."""
    fields = {
        "password": PasswordField("Password", [InputRequired()], render_kw={"required": True}),
        "pin": PasswordField("PIN", description="Four digits"),
        "other": PasswordField("Other"),
    }
    seen = views(form_of(**fields), {}, kept=["password", "pin"])
    assert [view.kept for view in seen] == [
        "You have already chosen a password. Leave this empty to keep it.",
        "PIN: already set. Leave this empty to keep it.",
        "",
    ]
    page = draw(seen)
    assert "required" not in page
    assert 'aria-describedby="pin-hint pin-kept"' in page
    assert 'id="pin-kept">PIN: already set.' in page
    assert page.count('class="reveal"') == 3


def test_errors_stand_where_they_belong(draw):
    """At the second entry, at an enclosed field, at the list itself, and at the form that is enclosed."""
    errors = {"tags": "Give five", "tags-1": "Enter a tag", "inners-0-street": "Enter a street", "inner": "Not both"}
    seen = views(everything(), errors)
    assert find(seen, "tags-1").error == "Enter a tag"
    assert find(seen, "tags-0").error == ""
    assert find(seen, "nothing") is None
    page = draw(seen)
    for name, text in errors.items():
        assert page.count(text) == 1
        assert re.search(rf'id="{name}-error"><span class="visually-hidden">Error:</span> {text}', page)
    inside = re.search(r'<fieldset[^>]*id="tags".*?</fieldset>', page, re.DOTALL)[0]
    assert "Give five" in inside
    assert 'aria-describedby="tags-error"' in inside


def test_what_may_be_left_empty_says_so(draw):
    """And only that."""
    page = draw(views(form_of(a=StringField("A", [Optional()]), b=StringField("B")), {}))
    assert page.count("(optional)") == 1


# Lists


def test_a_list_has_buttons_that_add_and_remove(draw):
    """With words for whoever hears the page; Enter in a field presses neither."""
    seen = views(everything(), {})
    page = draw(seen)
    buttons = [given for tag, given in Browser(page).tags if tag == "button" and given.get("name")]
    assert {given["value"] for given in buttons} == {
        "add.tags",
        "remove.tags-0",
        "remove.tags-1",
        "add.inners",
    }
    assert all(given["name"] == "_action" and "formnovalidate" in given for given in buttons)
    assert 'Remove<span class="visually-hidden"> Tag 2</span>' in page
    assert 'Add<span class="visually-hidden"> Tag</span>' in page
    assert '<label for="tags-0">Tag 1</label>' in page
    first = re.search(r"<button.*?>", page)[0]
    assert "value" not in first
    assert 'aria-hidden="true"' in first


@pytest.mark.parametrize(
    ("limits", "count", "buttons"),
    [
        ({}, 0, ["add.it"]),
        ({}, 1, ["remove.it-0", "add.it"]),
        ({"min_entries": 1}, 1, ["add.it"]),
        ({"min_entries": 1}, 2, ["remove.it-0", "remove.it-1", "add.it"]),
        ({"max_entries": 2}, 2, ["remove.it-0", "remove.it-1"]),
        ({"min_entries": 2, "max_entries": 2}, 2, []),
        ({"render_kw": {"disabled": True}}, 2, []),
    ],
)
def test_a_list_keeps_to_its_limits(draw, limits, count, buttons):
    """No button leads to what would be refused."""
    view = one(FieldList(StringField(), "Tags", default=["x"] * count, **limits))
    assert re.findall(r'name="_action" value="([^"]+)"', draw([view])) == buttons
    assert view.has_buttons is bool(buttons)


def test_entries_without_a_label_have_that_of_their_list():
    """Not the name that they are sent under."""
    view = one(FieldList(StringField(), Markup("<b>Tags</b>"), default=["x"]))
    assert [child.label for child in view.children] == ["Tags 1"]


# Checked while the visitor goes on


@pytest.mark.parametrize(
    ("field", "inputs", "sync"),
    [
        (StringField(), 1, "this:replace"),
        (TextAreaField(), 1, "this:replace"),
        (SelectField(choices=["a", "b"]), 1, "this:replace"),
        (BooleanField(), 1, "this:replace"),
        (RadioField(choices=["a", "b"]), 2, "closest fieldset:replace"),
        (SelectMultipleField(choices=["a", "b"]), 2, "closest fieldset:replace"),
        (StringField(widget=own(TextInput)), 1, "this:replace"),
    ],
)
def test_every_kind_of_field_can_be_checked_while_the_visitor_goes_on(draw, field, inputs, sync):
    """Each of its inputs asks, and the whole field is swapped."""
    page = draw([one(field, live=["it"], check_url=lambda name: f"/check/{name}")])
    asking = [given for _, given in Browser(page).tags if "hx-post" in given]
    assert len(asking) == inputs
    for given in asking:
        assert given["hx-post"] == "/check/it"
        assert given["hx-trigger"] == "change delay:250ms"
        assert given["hx-sync"] == sync
        assert given["hx-target"] == "#it-field"
        assert given["hx-swap"] == "outerMorph"
    assert page.count('id="it-field"') == 1
    assert page.count('aria-live="polite"') == 1


def test_an_enclosing_field_is_checked_as_a_whole(draw):
    """Its inputs ask for it, and it alone is swapped."""
    page = draw([one(FormField(Inner), live=["it"], check_url=lambda name: f"/check/{name}")])
    asking = [given for _, given in Browser(page).tags if "hx-post" in given]
    assert [given["name"] for given in asking] == ["it-street", "it-secret", "it-kind"]
    assert {(given["hx-post"], given["hx-target"]) for given in asking} == {("/check/it", "#it")}


def test_an_id_with_a_dot_is_no_selector_of_a_class():
    """It is looked up by its attribute."""
    view = one(StringField(id="a.b"), live=["it"], check_url=lambda name: "/")
    assert attributes(view)["hx-target"] == '[id="a.b-field"]'


# A guest in the author's application


def test_an_application_may_have_filters_and_globals_of_the_same_names(database):
    """Neither side meets the other's: ours are given to each page, or begin with our own prefix."""
    app = Flask("host")
    app.secret_key = "key"
    app.testing = True
    app.jinja_env.undefined = StrictUndefined
    for name in ("words", "choices", "kind", "typed", "listed", "inside", "first_message"):
        app.jinja_env.filters[name] = lambda *_: "theirs"
    app.jinja_env.tests["secret"] = lambda *_: True
    for name in ("_", "csrf_token", "words", "views", "run"):
        app.jinja_env.globals[name] = "theirs"
    before = {kind: set(getattr(app.jinja_env, kind)) for kind in ("filters", "tests", "globals")}
    form = type("Place", (Form,), {"town": StringField("Town"), "kind": RadioField("Kind", choices=["a", "b"])})
    wizard = Wizard("w", Flow(Step("a", form, title="A", live=["kind"])), on_finish=lambda *_: "R")
    app.register_blueprint(wizard, url_prefix="/w")
    for kind, names in before.items():
        assert all(name.startswith("wizard_") for name in set(getattr(app.jinja_env, kind)) - names), kind
    client = app.test_client()
    page = client.get("/w/a").text
    sent = MultiDict([*re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page), ("town", "")])
    assert {"csrf_token", "_run", "_revision"} <= sent.keys()
    assert client.post("/w/a", data=sent).status_code == 422
    assert client.post("/w/a/check/kind", data=sent).status_code == 200
    assert client.post("/w/a", data={**sent, "town": "Oslo", "kind": "a"}).location == "/w/summary"
    pages = [client.get(f"/w/{name}").text for name in ("summary", "clear")]
    assert "Oslo" in pages[0]
    client.post("/w/summary", data=sent)
    pages += [client.get("/w/done").text, client.get("/w/a").text]
    assert not any("theirs" in text for text in [page, *pages])
