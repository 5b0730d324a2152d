"""Engines keep their heavy libraries to themselves until one is loaded."""

import subprocess
import sys


def test_importing_the_classifier_imports_no_heavy_library():
    code = (
        "import sys, inference.classifier; "
        "print(*({'keras', 'tensorflow', 'openvino'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == ""
