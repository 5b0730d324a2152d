"""A page as its reader takes it: the address, the words, and what its form would send."""

from html.parser import HTMLParser

from django.urls import reverse
from django.utils.html import strip_tags


def at(name: str, *args, **query) -> str:
    """Return the address of a page of the record."""
    return reverse(f"patients:{name}", args=args, query=query)


def text(answer) -> str:
    return answer.content.decode()


def words(answer) -> str:
    """Return what is read on a page: no tags, and single blanks."""
    return " ".join(strip_tags(text(answer)).split())


class _Form(HTMLParser):
    """Collects the inputs of the form with the class ``sheet``."""

    def __init__(self):
        super().__init__()
        self.inside = False
        self.values: dict[str, list[str]] = {}
        self.open_field = self.open_select = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = "sheet" in attrs.get("class", "")
        if not self.inside:
            return
        if tag == "input" and "name" in attrs:
            self._input(attrs)
        elif tag == "textarea":
            self.open_field = attrs["name"]
            self.values[self.open_field] = [""]
        elif tag == "select":
            self.open_select = attrs["name"]
        elif tag == "option" and self.open_select and "selected" in attrs:
            self.values[self.open_select] = [attrs.get("value", "")]

    def _input(self, attrs):
        is_choice = attrs.get("type") in {"radio", "checkbox"}
        if not is_choice or "checked" in attrs:
            self.values.setdefault(attrs["name"], []).append(attrs.get("value") or "")

    def handle_data(self, data):
        if self.open_field:
            self.values[self.open_field][0] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            # The first line end after the tag is none of the text.
            text = self.values[self.open_field][0]
            self.values[self.open_field] = [text.removeprefix("\n")]
            self.open_field = None
        elif tag == "select":
            self.open_select = None


def sent_from(answer) -> dict[str, list[str]]:
    """Return what the form of a page sends if nothing is typed or chosen."""
    form = _Form()
    form.feed(text(answer))
    return form.values


def form_of(client, address) -> dict[str, list[str]]:
    """Open a page and return what its form sends if nothing is typed or chosen."""
    return sent_from(client.get(address))
