"""Documents of projects that everybody may download."""

from django.shortcuts import get_object_or_404

from iet_relations.documents import send
from projects.models import ProjectDocument


def public_document(request, pk):
    """Download a public document of a published project; 404 for every other."""
    return send(get_object_or_404(ProjectDocument.objects.public(), pk=pk), public=True)
