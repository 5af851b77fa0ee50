"""What must be ready before the first request: compiled kernels, static files, tables, accounts, a book."""

from __future__ import annotations

import hashlib
import sys
from datetime import timedelta
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Importing them compiles what is not yet kept on disk, and loads it where it is.
COMPILED = ("kaopu.book.core.position", "kaopu.book.snapshot.close", "kaopu.contacts.core.network")


def say(text: str) -> None:
    """A line for the person who waits; stdout stays free for answers."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def compile_kernels() -> None:
    """Load every compiled function, so that nobody waits for it later."""
    for module in COMPILED:
        import_module(module)


def static_files() -> None:
    """Make the chart script and collect static files where their sources changed since the last time."""
    from django.conf import settings

    mark, wanted = settings.STATIC_ROOT / "collected", _sources()
    if mark.exists() and mark.read_text() == wanted:
        return
    from django.core.management import call_command

    from kaopu.web import chart_bundle

    chart_bundle.build(settings.STATIC_BUILT)
    call_command("collectstatic", interactive=False, verbosity=0)
    wanted = _sources()
    mark.write_text(wanted)


def pages() -> None:
    """Load the code and templates of pages by asking for one, so that the first visitor does not wait for them."""
    from django.db import connections
    from django.test import Client

    Client(SERVER_NAME="127.0.0.1").get("/sign-in/")
    import_module("altair")
    connections.close_all()  # the processes that serve open their own


def _sources() -> str:
    """One text for what static files are made from: names, sizes, times; the packages behind the chart script."""
    from django.contrib.staticfiles.finders import get_finders

    found = hashlib.sha256(f"{version('altair')} {version('vl-convert-python')}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            size, changed = storage.size(name), storage.get_modified_time(name)
            found.update(f"{name} {size} {changed.timestamp()}\n".encode())
    return found.hexdigest()


def book_if_empty() -> None:
    """Load the sample book into an empty one, and close a book that was never closed."""
    from kaopu.book import store
    from kaopu.book.actions.close_book import close_book
    from kaopu.book.models import Debt
    from kaopu.kernel.clock import system_clock

    if not Debt.objects.exists():
        from kaopu.book.sample.load import load_sample
        from kaopu.revolving.sample.load import load_sample as load_revolving

        say("The book is empty: making a sample lender of 20,000 borrowers")
        load_sample(_progress("sample"), seed=1)
        now = system_clock().now()
        load_revolving(now.date(), now)
    if store.current_close() is None:
        say("Closing the book")
        close_book(system_clock().now().date(), _progress("close"))
        _post_ledger()


def policies_if_none() -> None:
    """Bring the shipped policies to work where their names are not there yet."""
    from kaopu.contacts.episode_ways import POLICIES as EPISODE_POLICIES
    from kaopu.decision.actions.load_shipped import load_shipped
    from kaopu.kernel.boot import actor
    from kaopu.kernel.clock import system_clock

    now = system_clock().now()
    loaded = load_shipped(actor(), now) + load_shipped(actor(), now, EPISODE_POLICIES)
    if loaded:
        say(f"Brought {loaded} shipped policies to work")


def _post_ledger() -> None:
    """Post the journal to yesterday, the last day that is over, so that the ledger has something to show."""
    from kaopu.kernel.boot import actor
    from kaopu.kernel.clock import system_clock
    from kaopu.ledger.actions.post_ledger import post_ledger

    say("Posting the ledger")
    now = system_clock().now()
    post_ledger(now.date() - timedelta(days=1), actor(), now)


def _progress(name: str) -> Callable[[int, int], None]:
    """A line that is written over, on a terminal only."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r  {name} {done:,} of {of:,}" + ("\n" if done >= of else ""))
            sys.stderr.flush()

    return show
