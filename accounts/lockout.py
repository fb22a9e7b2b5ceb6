"""After ten failures for an account from an address: 429 for a quarter of an hour, the right password included.

django-axes counts in the database, so that every worker and every host knows the same.
"""

from axes.handlers.proxy import AxesProxyHandler

from iet_relations.serving.errors import too_many_requests

LONGEST_NAME = 255


def refuse(request, response=None, credentials=None):
    """Return what django-axes answers to a locked account; the failure that was still counted is answered as usual."""
    counted = getattr(request, "axes_failures_since_start", None) is not None
    return response if response is not None and counted else too_many_requests(request)


def account_name(request, credentials=None):
    """Return the name that failures are counted by: as typed, cut to what the column holds; None without one."""
    name = (credentials or {}).get("username") or request.POST.get("username")
    return name and name[:LONGEST_NAME]


def is_locked(request, username):
    """Whether the account has had its ten failures from this address."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def unlock(username):
    """Forget the failures of an account, from every address."""
    AxesProxyHandler.reset_attempts(username=username)
