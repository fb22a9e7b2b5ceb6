"""A colleague who saves one thing after the other, and remembers what was said about each."""

import collections
import http.client
import itertools
import threading
import time

from registry import PASSWORD
from staff_pages import StaffPages

numbers = itertools.count(1)


class Writer(threading.Thread):
    """Adds contacts in the staff's pages, at whichever of the hosts answers."""

    def __init__(self, hosts, institution):
        super().__init__(daemon=True)
        self.hosts, self.institution = hosts, institution
        self.saved, self.failed, self.stopping, self.longest_gap = [], [], threading.Event(), 0.0
        self.answers, self.refusal = collections.Counter(), ""
        self.pages = StaffPages("drill", PASSWORD)

    def run(self):
        last = time.monotonic()
        for place in itertools.count():
            if self.stopping.is_set():
                return
            name = f"drill-{next(numbers)}"
            try:
                answer = self.add(self.hosts[place % len(self.hosts)].address, name)
            except (OSError, http.client.HTTPException, ValueError) as error:
                answer = type(getattr(error, "reason", error)).__name__
            saved = answer == 302
            self.answers[answer] += 1
            (self.saved if saved else self.failed).append(name)
            if saved:
                self.longest_gap, last = max(self.longest_gap, time.monotonic() - last), time.monotonic()
            else:
                time.sleep(0.3)

    def add(self, host, name):
        """Return the status of the answer: 302 says that the contact is saved."""
        address = f"{host}/admin/partners/contact/add/"
        _status, form = self.pages.signed_in(host, address)
        status, page = self.pages.post(address, form, institution=self.institution, name=name, role="other")
        self.refusal = page if status == 503 else self.refusal
        return status


def wait_for_writes(writers, number, seconds=90):
    """Wait until the writers have saved so many more things, or so many seconds have gone by."""
    end = time.monotonic() + seconds
    wanted = number + sum(len(writer.saved) for writer in writers)
    while sum(len(writer.saved) for writer in writers) < wanted and time.monotonic() < end:
        time.sleep(0.1)


def stop(writers):
    for writer in writers:
        writer.stopping.set()
    for writer in writers:
        writer.join(60)
