"""Let the allocators of the web server return what it frees to the system."""

import ctypes
import sys

import pyarrow

ARENAS = 2  # threads that come and go leave memory behind in each arena
LARGE = 128 * 1024  # bytes from which an allocation is mapped on its own, and unmapped when it is freed
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # parameters of mallopt, from glibc's malloc.h


def tune() -> bool:
    """Set the allocator up for a server; return False without glibc.

    By default glibc raises both thresholds whenever a large block is freed: later blocks of up to 32 MB, such as charts
    on their way to the browser, then lie between small ones that stay. Processes started later are not affected. Arrow,
    which packs the tables of pages, has an allocator of its own that returns nothing: it takes the system's instead.
    """
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    option = _libc("mallopt")
    return option is not None and all(
        [option(ARENA_MAX, ARENAS), option(MMAP_THRESHOLD, LARGE), option(TRIM_THRESHOLD, LARGE)]
    )


def trim() -> bool:
    """Return free memory to the system, which glibc keeps while anything above it is in use; False without glibc."""
    release = _libc("malloc_trim")
    return release is not None and release(0) >= 0


def _libc(name: str):
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
