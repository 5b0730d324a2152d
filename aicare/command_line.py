"""What the commands have in common."""

from argparse import RawDescriptionHelpFormatter

from django.core.management.base import BaseCommand


class ExplainedCommand(BaseCommand):
    """A command whose help keeps its lines, so that its examples can be copied."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )
