"""Django's admin holds people, roles, sites and tokens; clinical rows are not in it."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import admin, messages
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.audit import record_access
from aicare.models import ApiToken, Site, User
from aicare.roles import role_text

admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = gettext_lazy("AI Care: people and sites")
admin.site.index_title = gettext_lazy("Administration")
admin.site.site_url = "/"


class AuditedAdmin(admin.ModelAdmin):
    """Every change goes to the audit trail, beside Django's own log."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        record_access(
            user=request.user,
            action=f"{obj._meta.model_name}.{'changed' if change else 'created'}",
            object_id=obj.pk,
            detail=", ".join(form.changed_data),
        )


class RoleFilter(admin.RelatedFieldListFilter):
    """The roles by the names that people read, as everywhere else on these pages."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = gettext_lazy("roles")

    def field_choices(self, field, request, model_admin):
        groups = super().field_choices(field, request, model_admin)
        return [(pk, role_text(name)) for pk, name in groups]


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):
    """Approve registrations, give roles and sites, issue one-time links."""

    list_display = ["username", "last_name", "first_name", "is_active", "role_names", "site_names"]
    list_filter = ["is_active", ("groups", RoleFilter), "sites"]
    filter_horizontal = ["groups", "sites"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (gettext_lazy("Person"), {"fields": ["first_name", "last_name", "email", "language"]}),
        (
            gettext_lazy("Access"),
            {
                "fields": ["is_active", "groups", "sites", "is_staff"],
                "description": gettext_lazy(
                    "A registration becomes usable when it is active and has at least one role "
                    "and one site. Staff may open these administration pages."
                ),
            },
        ),
        (gettext_lazy("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    actions = ["issue_one_time_link"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups", "sites")

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            widget = FilteredSelectMultiple(gettext_lazy("roles"), False)
            kwargs |= {"widget": widget, "label": gettext_lazy("Roles")}
            kwargs["help_text"] = gettext_lazy("What the person may do.")
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = lambda group: role_text(group.name)
        return field

    def has_delete_permission(self, request, obj=None):
        # People who wrote records are deactivated, never deleted.
        return False

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user):
        return ", ".join(role_text(group.name) for group in user.groups.all()) or _("none yet")

    @admin.display(description=gettext_lazy("sites"))
    def site_names(self, user):
        return ", ".join(site.name for site in user.sites.all()) or _("none yet")

    @admin.action(description=gettext_lazy("Issue a one-time link to set a password"))
    def issue_one_time_link(self, request, queryset):
        for user in queryset:
            key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
            link = get_adapter(request).get_reset_password_from_key_url(key)
            record_access(user=request.user, action="account.link-issued", object_id=user.pk)
            self.message_user(request, f"{user.username}: {link}", messages.WARNING)


@admin.register(Site)
class SiteAdmin(AuditedAdmin):
    list_display = ["name", "country", "time_zone", "emergency_phone"]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(AuditedAdmin):
    """Tokens are issued by ``manage.py create_api_token`` and can only be revoked here."""

    list_display = ["prefix", "user", "scopes", "created_at", "expires_at", "last_used_at"]
    list_display_links = None
    actions = ["revoke"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=gettext_lazy("Revoke"), permissions=["view"])
    def revoke(self, request, queryset):
        for token in queryset.filter(revoked_at=None):
            ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
            record_access(user=request.user, action="api-token.revoked", object_id=token.pk)
