"""What the drill says, and what it finds lost."""

import collections
import time


class Drill:
    """Steps, and what they found."""

    def __init__(self, folder):
        self.folder, self.bad, self.began = folder, 0, time.monotonic()

    def say(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def hold(self, condition, text):
        self.bad += not condition
        self.say(f"{'ok  ' if condition else 'LOST'}  {text}")

    def compare(self, writers, registry):
        """Compare what writers were told with what is there."""
        there, saved = registry.contacts(), {name for writer in writers for name in writer.saved}
        self.say(f"Answers: {dict(sum((writer.answers for writer in writers), collections.Counter()))}")
        failed = {name for writer in writers for name in writer.failed}
        self.hold(
            not saved - there,
            f"{len(saved)} writes reported as saved, {len(saved - there)} of them lost; {len(failed)} reported as "
            f"failed or unanswered ({len(failed & there)} of them had reached the database)",
        )
