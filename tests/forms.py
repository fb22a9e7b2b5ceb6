"""Forms of the staff's pages as a browser would send them."""

from django.contrib.admin.helpers import AdminForm


def form_data(client, address, **values):
    """Return what a browser would post from the form at the address unchanged, with ``values`` typed over it."""
    context = client.get(address).context
    main = context["adminform"]
    assert isinstance(main, AdminForm)
    data = _values(main.form)
    for formset in context["inline_admin_formsets"]:
        data |= _values(formset.formset.management_form)
        for form in formset.formset.forms:
            data |= _values(form)
    return {**data, **values}


def _values(form):
    data = {}
    for bound in form:
        widget = getattr(bound.field.widget, "widget", bound.field.widget)
        value = bound.value()
        if bound.field.disabled or value is None or value is False or value == "":
            continue
        shown = "on" if value is True else widget.format_value(value)
        if isinstance(shown, list) and not getattr(widget, "allow_multiple_selected", False):
            shown = shown[0]
        if shown not in (None, []):
            data[bound.html_name] = shown
    return data


def errors_of(answer):
    """Return the errors of the forms on a staff page: by field, "__all__" for a form's own, None for a formset's."""
    context = answer.context
    assert context and "adminform" in context, answer.status_code
    found = {name: [str(error) for error in errors] for name, errors in context["adminform"].form.errors.items()}
    for formset in context["inline_admin_formsets"]:
        for form in formset.formset.forms:
            for name, errors in form.errors.items():
                found.setdefault(name, []).extend(str(error) for error in errors)
        found.setdefault(None, []).extend(str(error) for error in formset.formset.non_form_errors())
    return {name: errors for name, errors in found.items() if errors}
