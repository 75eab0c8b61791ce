"""What an import costs: neither `requests` nor the SDK before the first call."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_client_imports_neither_requests_nor_the_sdk_nor_pulumi() -> None:
    code = (
        "import sys, genie_provider.client\n"
        "print([m for m in ('requests', 'databricks.sdk', 'pulumi') if m in sys.modules])"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_a_token_needs_no_sdk() -> None:
    code = (
        "import sys; from genie_provider.client import Access, Workspace\n"
        "try: Workspace(Access.find('http://127.0.0.1:9', None, 't')).me()\n"
        "except Exception as error: print(error.kind, 'databricks.sdk' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "unreachable False\n"
