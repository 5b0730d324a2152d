"""Texts of libraries that people meet and that lack a translation, or a fitting one, of their own.

They are only listed, so that ``make messages`` finds them: the libraries look them up themselves,
and ``locale/`` comes before their own catalogues.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

OF_DJANGO = (
    gettext_noop("Enter a valid email address."),
    gettext_noop("“%(value)s” is not a valid UUID."),
    gettext_noop(
        "Enter a valid username. This value may contain only unaccented lowercase a-z and "
        "uppercase A-Z letters, numbers, and @/./+/-/_ characters."
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
OF_REST_FRAMEWORK = (
    gettext_noop("Must be a valid UUID."),
    gettext_noop("Must be a valid boolean."),
    gettext_noop("Not a valid string."),
    gettext_noop("Ensure this field has at least {min_length} elements."),
    gettext_noop("Ensure this field has no more than {max_length} elements."),
)
