"""Documents of agreements that everybody may download."""

from django.shortcuts import get_object_or_404

from iet_relations.documents import send
from partners.models import AgreementDocument


def public_document(request, pk):
    """Download a public document of a published agreement; 404 for every other."""
    return send(get_object_or_404(AgreementDocument.objects.public(), pk=pk), public=True)
