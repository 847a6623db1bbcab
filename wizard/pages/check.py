"""CheckPage: what is said of one field while the rest is still being typed."""

from __future__ import annotations

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from .. import limits
from ..flow import Step, fields
from ..flow.each import inputs
from ..flow.typed import receive
from .drawing import views
from .field import find
from .form import FormPage
from .inputs import said
from .revealing import nest
from .visit import Visit


class CheckPage(FormPage[Step]):
    """Draw one field, with what is wrong with it.

    It changes nothing, reads nothing but the one field, and tells no more than sending the step would. What is shown
    with its choices comes empty, and the page leaves that as it stands.
    """

    def __init__(self, step: Step, visit: Visit, field: str) -> None:
        super().__init__(step, visit)
        self.field = field

    def show(self) -> Response:
        name = self.field
        own = next((one for one in self.step.live if name in inputs(self.step, one, self.earlier)), None)
        if own is None:
            abort(404)
        if seconds := limits.wait("check", self.run.key):
            return limits.answer(seconds)
        sample = fields.samples(self.step.form)[own]
        data = [pair for pair in request.form.items(multi=True) if fields.takes(sample, pair[0])]
        if own in self.step.for_each:
            # Beside it stand those for other entries.
            data = [pair for pair in data if pair[0] == name or pair[0].startswith(f"{name}-")]
            asked = [one for one, _ in data]
        else:
            asked = fields.inputs_of(sample)
        sent = receive(self.step.form, MultiDict(data))
        filled = [one for one, value in data if value and one in asked]
        form = self.step.open(self.earlier, sent.typed)
        errors = said(self.step.validate(form, sent.refusals, only=own)) if filled else {}
        # A part that is still empty is what the visitor comes to next.
        errors = {one: text for one, text in errors.items() if one == name or one in filled}
        drawn = views(form, errors, live=self.inputs(self.step.live), check_url=self.check_url, stays=True)
        nest(drawn, self.step.reveals)
        return self.site.render_field(find(drawn, name))
