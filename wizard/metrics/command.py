"""The command: ``flask --app wizard funnel``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from .. import current, extras, settings
from .places import FUNNEL, places
from .sharing import folder_of

if TYPE_CHECKING:
    from prometheus_client import Metric

#: By page, by column how often that was.
Pages = dict[str, dict[str, int]]

#: Seconds that the server has to answer.
PATIENCE = 10


@click.command()
@click.option("--url", help="Where a server is asked, such as http://127.0.0.1:5000/metrics.")
@with_appcontext
def funnel(url: str | None) -> None:
    """Show how often each step was shown, answered and refused, and what is left: shown, and not answered.

    It is what all processes of the server on this machine have counted since it was started.
    """
    if line := extras.missing("metrics", "The funnel"):
        raise click.ClickException(line)
    from . import collecting

    folder = folder_of(current.app())
    nothing = (
        f"Nothing is counted in {folder}. Start the server with FLASK_WIZARD_METRICS=true. Of one that is a single "
        "process, such as flask run, give the address: --url http://127.0.0.1:5000/metrics"
    )
    if url is None and not folder.is_dir():
        raise click.ClickException(nothing)
    counts = _by_page(collecting.folder(str(folder)) if url is None else _asked(url))
    if not counts:
        raise click.ClickException(nothing if url is None else f"{url} counts no steps.")
    order = places(current.app())
    for number, (wizard, pages) in enumerate(counts.items()):
        if number:
            click.echo()
        _print(wizard, order.get(wizard, []), pages)


def _by_page(metrics: Iterable[Metric]) -> dict[str, Pages]:
    """Return for each wizard what ``metrics`` say of its pages."""
    columns = {name: column for column, name in FUNNEL.items()}
    found: dict[str, Pages] = defaultdict(lambda: defaultdict(dict))
    for metric in metrics:
        for sample in metric.samples:
            if sample.name in columns:
                found[sample.labels["wizard"]][sample.labels["step"]][columns[sample.name]] = int(sample.value)
    return found


def _print(wizard: str, order: Sequence[str], pages: Pages) -> None:
    # What only another version has comes last.
    names = [*order, *sorted(pages.keys() - set(order))]
    width = max(map(len, [wizard, *names]))
    click.echo(f"{wizard:{width}}" + "".join(f"  {column.upper():>8}" for column in FUNNEL))
    for name in names:
        figures = pages.get(name, {})
        click.echo(f"{name:{width}}" + "".join(f"  {figures.get(column, 0):8}" for column in FUNNEL))


def _asked(url: str) -> Iterable[Metric]:
    """Return what the server at ``url`` has counted."""
    # Not with each start of a server.
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    from prometheus_client.parser import text_string_to_metric_families

    if not url.startswith(("http://", "https://")):
        raise click.UsageError(f"{url!r} is no address. Use one such as http://127.0.0.1:5000/metrics.")
    request = Request(url)  # noqa: S310  (it is one of these two)
    if token := settings.read(current.app(), "WIZARD_METRICS_TOKEN"):
        # Not to where a redirect leads.
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    try:
        with urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
            text = response.read().decode("utf-8", "replace")
        return list(text_string_to_metric_families(text))
    except HTTPError as error:
        error.close()
        raise click.ClickException(
            f"{url} answers {error.code}. Its metrics are off, or are read from its own machine or with "
            "WIZARD_METRICS_TOKEN alone."
        ) from None
    except (HTTPException, OSError) as error:
        raise click.ClickException(f"{url} does not answer ({getattr(error, 'reason', error)}).") from None
    except ValueError:
        raise click.ClickException(f"{url} answers with something else than metrics.") from None
