"""A sheet about one patient: who it is about, when and by whom it was printed, page x of y.

Lengths are millimetres of A4. A machine's words have a dashed border and the letters AI, a person's
a solid one with a tick, as on every page of the product.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF

from patients.pdf.letters import Letters

FONTS = Path(__file__).parent / "fonts"
FAMILY = "dejavu"
MARGIN, FOOT = 14, 17
WIDTH = 210 - 2 * MARGIN
SMALL, NORMAL, LARGE = 7.5, 9, 13
LEADING = 0.5
PAGES = "{nb}"
TAG = 26

Colour = tuple[int, int, int]
BLACK: Colour = (23, 33, 29)
GREY: Colour = (74, 87, 81)
RULE: Colour = (195, 202, 194)
MACHINE: Colour = (87, 55, 156)
UNKNOWN: Colour = (86, 97, 107)
RISKS: dict[str, Colour] = {
    "high": (165, 28, 28),
    "medium": (154, 77, 0),
    "low-medium": (111, 90, 0),
    "low": (36, 96, 58),
}
INKS = {"machine": MACHINE, "abstain": UNKNOWN, "person": BLACK, "waiting": GREY}
DASHED = {"machine", "abstain", "waiting"}


@dataclass(frozen=True)
class Identity:
    """What stands on every page."""

    name: str
    about: str
    site: str
    printed: str


class Paper(FPDF):
    """A4 with the identity above and the origin below; text goes through ``printable``."""

    def __init__(self, identity: Identity, *, title: str):
        super().__init__(format="A4")
        for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            self.add_font(FAMILY, style, FONTS / file)
        self.letters = Letters(set.intersection(*(set(one.cmap) for one in self.fonts.values())))
        self.identity = identity
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.c_margin = 0  # text begins where its rules and boxes begin
        self.set_auto_page_break(True, margin=FOOT)
        self.set_title(title)
        self.set_creator("AI Care")
        self.set_lang(get_language() or "en")

    def printable(self, text: object) -> str:
        return self.letters.printable(text).replace(PAGES, "{ nb }")

    # What stands on every page.

    def header(self) -> None:
        """Write who the page is about; it is never cut, whatever its length."""
        self.set_y(8)
        self._style(SMALL, colour=GREY)
        site = self._fitting(self.printable(self.identity.site), WIDTH * 0.3)
        self.set_x(MARGIN + WIDTH * 0.7)
        self.cell(WIDTH * 0.3, 5, site, align="R")
        self.set_x(MARGIN)
        self._style(NORMAL + 2, bold=True)
        self._paragraph(WIDTH * 0.7, self.identity.name, NORMAL + 2)
        self._style(NORMAL)
        self._paragraph(WIDTH, self.identity.about, NORMAL)
        self._rule(BLACK)
        self.ln(2)

    def footer(self) -> None:
        self.set_y(-FOOT + 3)
        self._rule(RULE)
        self._style(SMALL, colour=GREY)
        notice = _("Unsigned AI results are not findings. Not a medical device.")
        self.cell(WIDTH * 0.8, 4, self._fitting(self.printable(self.identity.printed), WIDTH * 0.8))
        page = _("page %(page)d of %(pages)s") % {"page": self.page_no(), "pages": PAGES}
        self.cell(WIDTH * 0.2, 4, page, align="R", new_x="LMARGIN", new_y="NEXT")
        self.cell(WIDTH, 4, notice)

    # Pieces of text.

    def write_heading(self, text: object) -> None:
        """Write a section's heading with its rule; it does not stand alone at a page's foot."""
        self.make_room(18)
        self.ln(2.5)
        self._style(NORMAL + 1, bold=True)
        self.cell(WIDTH, 5, self.printable(text), new_x="LMARGIN", new_y="NEXT")
        self._rule(RULE)
        self.ln(1)

    def write_text(self, text: object, *, size=NORMAL, bold=False, colour: Colour = BLACK) -> None:
        """Write a paragraph."""
        self._style(size, bold=bold, colour=colour)
        self._paragraph(WIDTH, text, size)

    def write_fact(self, left: object, right: object = "") -> None:
        """Write a fact: what it is on the left, what belongs to it on the right."""
        split = WIDTH * (0.62 if right else 1)
        self.make_room(
            max(
                self._height(split, left),
                self._height(WIDTH - split, right, size=SMALL) if right else 0,
            )
        )
        top = self.get_y()
        self._style(NORMAL)
        self._paragraph(split, left, NORMAL)
        end = self.get_y()
        if right:
            self.set_xy(MARGIN + split, top)
            self._style(SMALL, colour=GREY)
            self._paragraph(WIDTH - split, right, SMALL, align="R")
            self.set_xy(MARGIN, max(end, self.get_y()))

    def write_statement(self, voice: str, tag: str, text: object) -> None:
        """Write a statement behind a tag in its speaker's voice."""
        beside = WIDTH - self._tag_width(tag) - 2
        self.make_room(max(self._height(beside, text, bold=True), 6))
        top = self.get_y()
        self._tag(voice, tag, MARGIN, top)
        self.set_xy(MARGIN + WIDTH - beside, top)
        self._style(NORMAL, bold=True, colour=INKS.get(voice, BLACK))
        self._paragraph(beside, text, NORMAL)
        self.set_xy(MARGIN, max(self.get_y(), top + 5.5))

    def write_box(self, title: str, text: object, *, colour: Colour = BLACK, dashed=False) -> None:
        """Write an alert or a note beside a thick line, dashed in the machine's voice."""
        height = self._height(WIDTH - 3, title, bold=True) + self._height(WIDTH - 3, text)
        self.make_room(height)
        top, page = self.get_y(), self.page
        self.set_x(MARGIN + 3)
        self._style(NORMAL, bold=True, colour=colour)
        self._paragraph(WIDTH - 3, title, NORMAL)
        self.set_x(MARGIN + 3)
        self._style(NORMAL)
        self._paragraph(WIDTH - 3, text, NORMAL)
        if self.page == page:
            self.pen(colour, dashed=dashed, width=0.9)
            self.line(MARGIN + 0.6, top + 0.4, MARGIN + 0.6, self.get_y() - 0.2)
            self.pen(BLACK)
        self.ln(1.2)

    def write_table(
        self, widths: Sequence[float], head: Sequence[object], rows: Iterable[Sequence[object]]
    ) -> None:
        """Write rows of cells, nothing cut; the head stands again on each page that follows."""
        self._row(widths, head, is_head=True)
        for cells in rows:
            page = self.page
            self.make_room(self._row_height(widths, cells))
            if self.page != page:
                self._row(widths, head, is_head=True)
            self._row(widths, cells)

    def _row(self, widths: Sequence[float], cells: Sequence[object], *, is_head=False) -> None:
        top, height = self.get_y(), self._row_height(widths, cells, is_head=is_head)
        left = MARGIN
        for width, text in zip(widths, cells, strict=True):
            self._style(SMALL, bold=is_head, colour=GREY if is_head else BLACK)
            self.set_xy(left, top + 0.4)
            self._paragraph(WIDTH * width - 1, text, SMALL)
            left += WIDTH * width
        self.set_xy(MARGIN, top + height)
        self._rule(RULE)

    def _row_height(self, widths: Sequence[float], cells: Sequence[object], *, is_head=False):
        pairs = zip(widths, cells, strict=True)
        return 0.9 + max(
            self._height(WIDTH * width - 1, text, size=SMALL, bold=is_head) for width, text in pairs
        )

    # Tools of the above.

    def make_room(self, height: float) -> None:
        """Begin a new page for what would not fit on this one and is no page long itself."""
        if self.will_page_break(height) and height < self.eph / 2:
            self.add_page()

    def _height(self, width: float, text: object, *, size=NORMAL, bold: bool = False) -> float:
        self._style(size, bold=bold)
        return self.multi_cell(
            width, size * LEADING, self.printable(text), dry_run=True, output="HEIGHT"
        )

    def _tag_width(self, tag: str) -> float:
        """Return the usual width of a tag, or what its words need: "unsigned" is never cut."""
        self._style(SMALL, bold=True)
        return max(TAG, self.get_string_width(self.printable(tag)) + 4)

    def _tag(self, voice: str, tag: str, x: float, y: float) -> None:
        ink, width = INKS.get(voice, BLACK), self._tag_width(tag)
        self.pen(ink, dashed=voice in DASHED)
        self.rect(x, y + 0.3, width, 4.4, round_corners=True, corner_radius=0.8)
        self.pen(BLACK)
        self.set_xy(x, y + 0.3)
        self._style(SMALL, bold=True, colour=ink)
        self.cell(width, 4.4, self.printable(tag), align="C")

    def _paragraph(self, width: float, text: object, size: float, *, align: str = "L") -> None:
        self.multi_cell(
            width, size * LEADING, self.printable(text), align=align, new_x="LMARGIN", new_y="NEXT"
        )

    def _style(self, size: float, *, bold: bool = False, colour: Colour = BLACK) -> None:
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)

    def pen(self, colour: Colour, *, dashed: bool = False, width: float = 0.25) -> None:
        self.set_draw_color(*colour)
        self.set_line_width(width)
        # The ends of a dash grow with the pen: so does the gap between them.
        self.set_dash_pattern(1.2, 0.8 + 1.2 * width) if dashed else self.set_dash_pattern()

    def _rule(self, colour: Colour) -> None:
        self.pen(colour, width=0.2)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())
        self.pen(BLACK)

    def _fitting(self, text: str, width: float) -> str:
        """Cut what is wider than its place, and show that it was cut."""
        text = text.replace("\n", " ")
        if self.get_string_width(text) <= width - 1:
            return text
        while text and self.get_string_width(f"{text}…") > width - 1:
            text = text[: -max(len(text) // 20, 1)]
        return f"{text}…"
