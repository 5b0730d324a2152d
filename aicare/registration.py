"""The form by which people register; an administrator approves."""

from allauth.account.forms import SignupForm
from django import forms
from django.utils.translation import gettext_lazy as _


class RegistrationForm(SignupForm):
    """Allauth's form with the names that colleagues know the person by."""

    first_name = forms.CharField(label=_("Given names"), max_length=150)
    last_name = forms.CharField(label=_("Family name"), max_length=150)
    field_order = ["first_name", "last_name", "username", "email", "password1", "password2"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Our template says beside each label whether the field may stay empty.
        self.fields["email"].label = _("Email")
