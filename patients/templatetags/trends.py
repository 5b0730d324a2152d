"""The rows of the tables beside charts: written here, because a template takes ten times longer."""

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()
ROW = '<tr data-x="{}"><th scope="row">{}</th><td><b>{}</b>{}</td>{}</tr>\n'


@register.simple_tag
def table_rows(chart):
    """Write a row for each column of the chart, newest first; ``data-x`` is its place in it."""
    has_points = chart.has_points
    return format_html_join(
        "",
        ROW,
        (
            (row.x, row.measured, row.said.value, _note(row.said), _points(row.said, has_points))
            for row in chart.rows
        ),
    )


def _note(said):
    return format_html(" <small>{}</small>", said.note) if said.note else ""


def _points(said, has_points: bool):
    if not has_points:
        return ""
    if not said.points:
        return format_html("<td>{}</td>", "" if said.points is None else said.points)
    return format_html('<td><span class="points p{}">{}</span></td>', said.points, said.points)
