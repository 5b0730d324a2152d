"""How forms are drawn: every field by our own template."""

from django.forms.renderers import DjangoTemplates


class FormRenderer(DjangoTemplates):
    """Django's renderer, with labels, hints and errors as the stylesheet knows them."""

    field_template_name = "components/field.html"
