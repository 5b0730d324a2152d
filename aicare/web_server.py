"""How gunicorn serves the site, on one machine and in a container; the call gives the address."""

from pathlib import Path

wsgi_app = "aicare.wsgi"
worker_class = "gthread"
workers = 2  # one may die without the site being away
threads = 8  # of each process
preload_app = False

# A leak somewhere must not fill the machine: a process makes room for a fresh one now and then.
max_requests = 5000
max_requests_jitter = 500

timeout = 60  # of a process that has stopped answering its parent, not of a request
graceful_timeout = 10
keepalive = 5
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# No access log: it would hold the addresses of patients' pages. The audit trail tells who read.
accesslog = None
loglevel = "warning"
control_socket_disable = True
# The sign of life is a file that is touched every second; a slow disk must not look like a hang.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
