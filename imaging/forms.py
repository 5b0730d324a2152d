"""What people fill in to upload pictures."""

from dataclasses import dataclass, replace

from django import forms
from django.utils.translation import gettext_lazy as _

from aicare.domain_forms import OnceForm
from aicare.errors import DomainError
from imaging.intake import place_among
from imaging.models import ImagingStudy
from patients.forms.fields import SiteTimeField, SiteTimeMixin


@dataclass(frozen=True)
class Kind:
    """A kind of examination in the ward's words, and what DICOM calls it."""

    code: str
    name: str
    modality: str
    body_part: str


KINDS = (
    Kind("chest-x-ray", _("Chest X-ray"), "DX", "CHEST"),
    Kind("chest-ct", _("Chest CT"), "CT", "CHEST"),
    Kind("brain-mri", _("Brain MRI"), "MR", "BRAIN"),
    Kind("colonoscopy", _("Colonoscopy"), "ES", "COLON"),
)
OTHER = "other"
UNCHOSEN = ("", _("Choose …"))


class SeveralFilesInput(forms.FileInput):
    """A file input that takes several at once."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One file or many; what they are is checked by the intake."""

    widget = SeveralFilesInput(attrs={"accept": ".png,.jpg,.jpeg,.tif,.tiff"})

    def clean(self, files, initial=None):
        if not files:
            raise forms.ValidationError(_("Choose at least one picture."), code="files_required")
        return files


class UploadForm(SiteTimeMixin, OnceForm):
    """Pictures of one examination, what they show and how soon they are to be read."""

    files = SeveralFilesField(
        label=_("Pictures"),
        help_text=_("PNG, JPEG or TIFF, up to 20 of one examination, 64 MiB each. Not yet DICOM."),
    )
    kind = forms.ChoiceField(
        label=_("What do they show?"),
        choices=[*((kind.code, kind.name) for kind in KINDS), (OTHER, _("Something else"))],
        widget=forms.RadioSelect,
    )
    modality = forms.ChoiceField(
        label=_("Technique"), choices=[UNCHOSEN, *ImagingStudy.Modality.choices], required=False
    )
    body_part = forms.ChoiceField(
        label=_("Part of the body"),
        choices=[UNCHOSEN, *ImagingStudy.BodyPart.choices],
        required=False,
    )
    priority = forms.ChoiceField(
        label=_("To be read"),
        choices=[("routine", _("Routine")), ("urgent", _("Urgent")), ("stat", _("Immediately"))],
        widget=forms.RadioSelect,
    )
    description = forms.CharField(
        label=_("Question or remark"),
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    started_at = SiteTimeField(
        label=_("Taken at"),
        required=False,
        help_text=_("Empty: now. Fill it in for older pictures."),
    )

    def clean(self):
        cleaned = super().clean()
        cleaned["started_at"] = self.moment("started_at")
        for kind in KINDS:
            if cleaned.get("kind") == kind.code:
                cleaned |= {"modality": kind.modality, "body_part": kind.body_part}
        if cleaned.get("kind") == OTHER:
            for name in ("modality", "body_part"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, forms.ValidationError(_("Choose one."), code="required"))
        return cleaned

    def study(self) -> dict:
        """Return what is known about the study, as ``submit_study`` takes it."""
        names = ("modality", "body_part", "priority", "description", "started_at")
        return {name: self.cleaned_data[name] for name in names}

    def refuse(self, error: DomainError) -> None:
        """Show what is wrong with a picture at the field of pictures, with its name."""
        error.problems = tuple(self._at_pictures(problem) for problem in error.problems)
        super().refuse(error)

    def _at_pictures(self, problem):
        field, _point, number = (problem.attr or "").partition(".")
        files = self.files.getlist("files")
        if field != "files" or not number.isdigit() or int(number) >= len(files):
            return problem
        what = problem.detail.removeprefix(place_among(int(number), len(files)))
        return replace(problem, attr="files", detail=f"{files[int(number)].name[:80]}: {what}")
