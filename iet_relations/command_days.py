"""Days on the command line."""

import argparse
import datetime


def day(text):
    """Read an ISO date such as 2017-01-31; the type of an argument of a management command."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"write the day like 2017-01-31, not “{text}”.") from None
