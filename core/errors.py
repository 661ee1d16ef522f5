"""Errors that a person can cause or meet, each with a sentence that says what to do."""


class TamrinError(Exception):
    """Base of all: `str(error)` is a sentence fit for a page."""


class SettingError(TamrinError):
    """A setting from the environment that makes no sense."""


class SpecError(TamrinError):
    """An experiment that cannot run as described."""


class StoreError(TamrinError):
    """A stored run that cannot be read, written or trusted."""


class JobError(TamrinError):
    """A job that failed, was lost, or is not known."""


class BusyError(TamrinError):
    """A second training while one of the same person still runs."""


class TooLongError(TamrinError):
    """A training that would take longer than this server allows."""


class MemoryLimitError(TamrinError):
    """Work that needs more memory than a worker may take."""


class DivergedError(TamrinError):
    """A training whose loss or weights are no finite numbers any more."""


class FileError(TamrinError):
    """A file that a person brought and that cannot be read, or an answer that does not fit its question."""


class FacesError(TamrinError):
    """Face pictures that are not UTKFace's, or cannot be read."""


class TableError(TamrinError):
    """A CSV file, or a column of it, that cannot be learned from."""


class PricesError(TamrinError):
    """Daily prices that cannot be had or used."""


class SymbolError(PricesError):
    """A symbol that is no symbol, or that a source does not know."""


class SourceError(PricesError):
    """A source of prices that is down, refuses, hangs or answers with nothing."""


class PendingError(PricesError):
    """Prices that are still being fetched, with nothing to show in their place."""


class PriceFileError(PricesError):
    """A CSV file that cannot be read as daily prices."""


class PicturesError(TamrinError):
    """Pictures, or an archive or folder of them, that cannot be used."""


class TextError(TamrinError):
    """Texts or labels that are absent, cannot be read, or cannot be learned from."""


class PoemsError(TamrinError):
    """A text, a prompt or a refrain that poems cannot be made from."""


class VideoError(TamrinError):
    """A file whose moving pictures cannot be used."""


class NotAVideoError(VideoError):
    """A file that is no video: something else, a single picture, or sound alone."""


class BrokenVideoError(VideoError):
    """A video that ends in the middle or cannot be decoded."""


class VideoLimitError(VideoError):
    """A video that is longer, larger or slower than what is read here."""


class ClipsError(TamrinError):
    """A set of labelled clips that cannot be learned from."""
