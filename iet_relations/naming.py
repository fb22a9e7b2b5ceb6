"""Names in three languages, kept in columns of their own, and the keys that sort them."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from iet_relations.search.folding import sort_key

NAME_LANGUAGES = ("en", "ru", "tg")
SORT_FIELDS = tuple(f"sort_{language}" for language in NAME_LANGUAGES)


class DerivedText(models.TextField):
    """A column computed whenever its record is saved, also by ``bulk_create``; ``compute`` names the method."""

    def __init__(self, *args, compute, **kwargs):
        self.compute = compute
        super().__init__(*args, **{**kwargs, "editable": False, "blank": True, "default": ""})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("editable", "blank", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "compute": self.compute}

    def pre_save(self, model_instance, add):
        value = getattr(model_instance, self.compute)()
        setattr(model_instance, self.attname, value)
        return value


class Named(models.Model):
    """Something with a name in English, Russian and Tajik.

    ``display_name`` is the name in the reader's language, else in English, else the official name (where the model
    has one); ``display_lang`` says which language that is, or "" for an official name in its own language.
    """

    name_en = models.CharField(_("name in English"), max_length=300)
    name_ru = models.CharField(_("name in Russian"), max_length=300, blank=True)
    name_tg = models.CharField(_("name in Tajik"), max_length=300, blank=True)
    sort_en = DerivedText(compute="sort_key_en", db_index=True)
    sort_ru = DerivedText(compute="sort_key_ru", db_index=True)
    sort_tg = DerivedText(compute="sort_key_tg", db_index=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.display_name

    def name_in(self, language):
        """Return ``(name, language of that name)`` for a reader of ``language``."""
        for candidate in (language, "en"):
            if candidate in NAME_LANGUAGES and (name := getattr(self, f"name_{candidate}")):
                return name, candidate
        return getattr(self, "name", ""), ""

    @property
    def display_name(self):
        return self.name_in(current_language())[0]

    @property
    def display_lang(self):
        return self.name_in(current_language())[1]

    def sort_key_en(self):
        return sort_key(self.name_in("en")[0])

    def sort_key_ru(self):
        return sort_key(self.name_in("ru")[0])

    def sort_key_tg(self):
        return sort_key(self.name_in("tg")[0])


class ListEntry(Named):
    """An entry of a list that the office edits (areas, kinds, programmes …); ``key`` stays when the names change."""

    key = models.SlugField(
        _("key"),
        max_length=60,
        unique=True,
        help_text=_("Short and lasting, for files and addresses: student-exchange"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Lower comes first in lists."))

    class Meta:
        abstract = True
        ordering = ["position", "sort_en", "pk"]

    def natural_key(self):
        return (self.key,)


class ListEntryManager(models.Manager):
    """Finds entries of an editable list by their key, for fixtures."""

    def get_by_natural_key(self, key):
        return self.get(key=key)


def current_language():
    """Return the two-letter code of the reader's language, "en" when none is active."""
    return (get_language() or "en")[:2]


def sort_field():
    """Return the column that sorts names for the current reader."""
    language = current_language()
    return f"sort_{language if language in NAME_LANGUAGES else 'en'}"
