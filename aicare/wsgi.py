"""The web application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aicare.settings")
application = get_wsgi_application()

# Every page is loaded now: else the first request to each process would wait seconds for it.
ROUTES = get_resolver().url_patterns
