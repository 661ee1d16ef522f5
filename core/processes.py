"""Modules that run in a process of their own, which gives way to others and ends with the one that started it."""

import os
import subprocess
import sys
import threading
from typing import Any

from core import settings

UNTIL_EOF = "--until-eof"  # ends when standard input does: with whoever started it, however that ends


def start(module: str, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Run `python -m module arguments`, with further options of `subprocess.Popen`."""
    command = [sys.executable, "-m", module, *arguments, UNTIL_EOF]
    return subprocess.Popen(command, cwd=settings.PROJECT, stdin=subprocess.PIPE, **options)


def begin(nice: int) -> list[str]:
    """Let this process give way to others, and end with its parent if `start` started it. Returns its arguments."""
    if hasattr(os, "nice"):
        os.nice(nice)
    if UNTIL_EOF in sys.argv:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
    return [argument for argument in sys.argv[1:] if argument != UNTIL_EOF]
