"""Errors that a user can cause or meet, each with a sentence that says what to do."""


class TamrinError(Exception):
    """Base class: `str(error)` is a sentence that a page can show."""


class SettingError(TamrinError):
    """An environment variable with an invalid value."""


class SpecError(TamrinError):
    """An experiment that cannot run as described."""


class StoreError(TamrinError):
    """A stored run that cannot be read, written or trusted."""


class JobError(TamrinError):
    """A job that failed, was lost, or is not known."""


class BusyError(TamrinError):
    """A second training while one of the same user is still running."""


class TooLongError(TamrinError):
    """A training that would take longer than this server allows."""


class MemoryLimitError(TamrinError):
    """Work that needs more memory than a worker may take.

    Attributes:
        full: address of the worker, if earlier work had left it with less than half of its memory.
    """

    full = ""


class DivergedError(TamrinError):
    """A training whose loss or weights are no longer finite."""


class FileError(TamrinError):
    """An uploaded file that cannot be read, or an answer that is not among the choices of its question."""


class FacesError(TamrinError):
    """Face images that are not UTKFace's, or cannot be read."""


class TableError(TamrinError):
    """A CSV file, or a column of it, that cannot be used for training."""


class PricesError(TamrinError):
    """Daily prices that cannot be obtained or used."""


class SymbolError(PricesError):
    """A malformed symbol, or one that a source does not know."""


class SourceError(PricesError):
    """A source of prices that is unreachable, refuses, times out or returns nothing."""


class PendingError(PricesError):
    """Prices that are still being fetched, with nothing to show in the meantime."""


class PriceFileError(PricesError):
    """A CSV file that cannot be read as daily prices."""


class PicturesError(TamrinError):
    """Images, or an archive or folder of them, that cannot be used."""


class TextError(TamrinError):
    """Texts or labels that are missing, cannot be read, or cannot be used for training."""


class PoemsError(TamrinError):
    """A text, a prompt or a radif that cannot be used to generate poems."""


class VideoError(TamrinError):
    """A video file that cannot be used."""


class NotAVideoError(VideoError):
    """A file that is no video: another format, a still image, or sound alone."""


class BrokenVideoError(VideoError):
    """A truncated video, or one that cannot be decoded."""


class VideoLimitError(VideoError):
    """A video beyond the limits of length, frame size or decoding time."""


class ClipsError(TamrinError):
    """A set of labelled clips that cannot be used for training."""
