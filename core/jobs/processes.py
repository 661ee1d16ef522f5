"""Run modules in a low-priority process, apart from the workers, that ends with its parent."""

import os
import subprocess
import sys
import threading
from typing import Any

from core import settings

UNTIL_EOF = "--until-eof"  # the process ends when its standard input closes, hence with its parent


def start(module: str, *arguments: str, **options: Any) -> subprocess.Popen[Any]:
    """Start `python -m module arguments`, with further options of `subprocess.Popen`."""
    command = [sys.executable, "-m", module, *arguments, UNTIL_EOF]
    return subprocess.Popen(command, cwd=settings.PROJECT, stdin=subprocess.PIPE, **options)


def begin(nice: int) -> list[str]:
    """Lower the priority of this process, and end it with its parent if `start` started it. Return its arguments."""
    if hasattr(os, "nice"):
        os.nice(nice)
    if UNTIL_EOF in sys.argv:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
    return [argument for argument in sys.argv[1:] if argument != UNTIL_EOF]
