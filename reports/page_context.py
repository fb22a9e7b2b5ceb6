"""What the pages need to know about the registry as a whole."""

from django.utils.functional import SimpleLazyObject

from iet_relations.synthetic import is_synthetic


def synthetic(request):
    """Context processor: ``synthetic`` is true where the records are made up. Asks once, if the page wants to know."""
    return {"synthetic": SimpleLazyObject(is_synthetic)}
