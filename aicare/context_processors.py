"""What every page knows."""

from django.conf import settings


def product(request):
    return {"product_version": settings.VERSION}
