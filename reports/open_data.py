"""The page of open data."""

from django.shortcuts import render


def data(request):
    """The files and their columns."""
    return render(request, "reports/data.html")
