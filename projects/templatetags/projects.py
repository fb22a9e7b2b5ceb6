"""How pages write what a project is called and when it runs."""

from django import template
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.translation import gettext as _

from iet_relations.templatetags.pages import days, not_recorded

register = template.Library()


@register.filter
def titled(project):
    """What a project is called, or the sentence that nothing is recorded."""
    title = project.title or project.acronym or project.reference
    return title or format_html('<span class="not-recorded">{}</span>', _("Title not recorded"))


@register.filter
def when(project):
    """When a project runs, as far as it is recorded."""
    if project.starts_on and project.ends_on:
        return days(project.starts_on, project.ends_on)
    if project.starts_on:
        return _("from %(day)s; the end is not recorded") % {"day": localize(project.starts_on)}
    if project.first_academic_year:
        return _("in %(year)s; the days are not recorded") % {"year": project.first_academic_year}
    return not_recorded()
