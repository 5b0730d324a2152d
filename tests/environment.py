"""Set before Django's settings are read: tests keep their data in a folder of their own."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="aicare-test-")
os.makedirs(os.path.join(_folder, "static"))
os.environ["AICARE_DATA_DIR"] = _folder
os.environ.setdefault("AICARE_PORT", "8000")
for name in ("AICARE_PUBLIC_URL", "REDIS_URL", "AICARE_STORAGE_URL"):
    os.environ.pop(name, None)
if server := os.environ.get("AICARE_TEST_REDIS_URL"):
    # Each of xdist's processes empties a database of its own between tests.
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = f"{server}/{number}"
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
