"""``manage.py up``: prepare the data folder, then keep broker, web, worker, scheduler running."""
