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
    gettext_noop("Reset password"),
    gettext_noop("Raw passwords are not stored, so there is no way to see the user’s password."),
    gettext_noop("Password-based authentication"),
    gettext_noop("Enabled"),
    gettext_noop("Disabled"),
    gettext_noop(
        "Whether the user will be able to authenticate using a password or not. If disabled, they "
        "may still be able to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    gettext_noop("If disabled, the current password for this user will be lost."),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("View"),
)
OF_REST_FRAMEWORK = (
    gettext_noop("Must be a valid UUID."),
    gettext_noop("Must be a valid boolean."),
    gettext_noop("Not a valid string."),
    gettext_noop("Ensure this field has at least {min_length} elements."),
    gettext_noop("Ensure this field has no more than {max_length} elements."),
)
# German pages say "Sie", and call the name to sign in with by one word everywhere.
OF_ALLAUTH = (
    gettext_noop("Username"),
    gettext_noop("Please type your current password."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("You have signed out."),
)
