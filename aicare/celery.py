"""The Celery application: it only rings doorbells (the table of InferenceJob is the queue)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aicare.settings")

app = Celery("aicare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
