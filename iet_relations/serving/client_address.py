"""From where a request comes: the address that sign-ins are counted and logged by."""

import ipaddress

from django.conf import settings


def client_address(request):
    """Return the visitor's address as text, or None where there is none (a socket of this host).

    Behind a proxy that is trusted (TRUST_PROXY) it is the last entry of ``X-Forwarded-For``: the one that this proxy
    wrote. Entries before it come from outside and say nothing. Without a trusted proxy the header counts for nothing.
    """
    direct = request.META.get("REMOTE_ADDR")
    if not settings.TRUST_PROXY:
        return _address(direct)
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1]
    return _address(forwarded) or _address(direct)


def _address(text):
    try:
        return str(ipaddress.ip_address((text or "").strip()))
    except ValueError:
        return None
