"""Server folders that a page may read: those below `TAMRIN_HOME` and `TAMRIN_FOLDERS`, with all links resolved."""

from pathlib import Path

from core import settings
from core.errors import FileError
from core.files import messages


def allowed(place: str) -> Path:
    """Return the real path of a folder, or of a CSV file, that a page may read.

    FileError for a place that is neither, or that lies elsewhere once all links are followed.
    """
    config = settings.read()
    try:
        path = Path(place).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        path = None
    roots = [Path(root).expanduser().resolve() for root in (config.home, *config.folders)]
    if path is None or not any(path.is_relative_to(root) for root in roots):
        raise FileError(messages.folder_not_allowed.format(place=place))
    if not (path.is_dir() or (path.is_file() and path.suffix.lower() == ".csv")):
        raise FileError(messages.no_folder.format(place=place))
    return path
