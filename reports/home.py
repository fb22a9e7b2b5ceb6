"""The home page: what the department is, its figures, the map, and what is new."""

from django.shortcuts import render
from django.utils import timezone

from partners.models import Institution
from partners.world import partner_map


def home(request):
    """The first page: figures reported beside figures recorded, the map of partners, the latest records."""
    today = timezone.localdate()
    institution = Institution.objects.filter(is_home=True).select_related("country").first()
    return render(request, "reports/home.html", {"home": institution, **partner_map(institution, today)})
