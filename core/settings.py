"""Settings from environment variables, read once."""

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_dir

from core.errors import SettingError

PROJECT = Path(__file__).resolve().parent.parent
SHIPPED = PROJECT / "assets" / "models"

# The course's recurrent networks are too small for several threads: one core each, several trainings in parallel.
TENSORFLOW = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}

# With glibc's eight arenas per core, many threads would each retain freed memory.
WORKER = TENSORFLOW | {"MALLOC_ARENA_MAX": "2"}


@dataclass(frozen=True)
class Settings:
    """Settings of one process; `README.md` has the same table."""

    home: str  # folder of all stored files
    store: str  # folder or fsspec URL of the stored runs
    scheduler: str | None  # address of a Dask scheduler; None starts one on loopback
    workers: int  # number of simultaneous trainings
    worker_memory: str  # limit of each worker, in Dask's notation
    fits_per_worker: int  # trainings after which a worker process is renewed
    folders: tuple[str, ...] = ()  # folders of this machine that a page may train on, beside `home`
    uploads_each: int = 400  # megabytes of uploads per user
    uploads_all: int = 2000  # megabytes of uploads of all users
    uploads_hours: int = 4  # hours without access after which an upload is removed
    longest_minutes: int = 30  # longer trainings are refused
    unwatched_minutes: int = 10  # minutes without a page showing it after which a training stops
    backbone: str | None = None  # file with the weights of MobileNetV2 0.35 without top; None asks Keras for them
    emotion: str = str(PROJECT.parent / "shared" / "data" / "emotion")  # train.txt, val.txt of dair-ai/emotion
    emotion_reddit: str = str(PROJECT.parent / "shared" / "data" / "emotion_reddit")  # train.txt, dev.txt of GoEmotions
    poets: str = str(PROJECT.parent / "shared" / "data" / "poets")  # other poets, for pretraining the network of poems
    fights: str | None = None  # folder of the data set of surveillance fights, for shipping and checks
    resnet: str | None = None  # file with the weights of ResNet50, for the report's video network
    allowed_hosts: tuple[str, ...] = ()  # further host names that the server accepts
    ice_servers: str | None = None  # STUN and TURN servers for the webcam, as JSON
    compress: bool = True  # whether to prepare compressed copies of the frontend's files


def read(environ: dict[str, str] | None = None) -> Settings:
    """Read the settings from environment variables, with defaults for a laptop with one user."""
    env = os.environ if environ is None else environ
    home = env.get("TAMRIN_HOME") or user_data_dir("tamrin", appauthor=False)
    return Settings(
        home=home,
        store=env.get("TAMRIN_STORE") or str(Path(home) / "runs"),
        scheduler=env.get("DASK_SCHEDULER_ADDRESS") or None,
        workers=_count("TAMRIN_WORKERS", env.get("TAMRIN_WORKERS"), min(4, os.cpu_count() or 1)),
        worker_memory=env.get("TAMRIN_WORKER_MEMORY") or "4GiB",
        fits_per_worker=_count("TAMRIN_FITS_PER_WORKER", env.get("TAMRIN_FITS_PER_WORKER"), 40),
        folders=tuple(filter(None, (env.get("TAMRIN_FOLDERS") or "").split(os.pathsep))),
        uploads_each=_count("TAMRIN_UPLOADS_EACH", env.get("TAMRIN_UPLOADS_EACH"), Settings.uploads_each),
        uploads_all=_count("TAMRIN_UPLOADS_ALL", env.get("TAMRIN_UPLOADS_ALL"), Settings.uploads_all),
        uploads_hours=_count("TAMRIN_UPLOADS_HOURS", env.get("TAMRIN_UPLOADS_HOURS"), Settings.uploads_hours),
        longest_minutes=_count("TAMRIN_LONGEST_MINUTES", env.get("TAMRIN_LONGEST_MINUTES"), Settings.longest_minutes),
        unwatched_minutes=_count(
            "TAMRIN_UNWATCHED_MINUTES", env.get("TAMRIN_UNWATCHED_MINUTES"), Settings.unwatched_minutes
        ),
        backbone=env.get("TAMRIN_BACKBONE") or None,
        emotion=env.get("TAMRIN_EMOTION") or Settings.emotion,
        emotion_reddit=env.get("TAMRIN_EMOTION_REDDIT") or Settings.emotion_reddit,
        poets=env.get("TAMRIN_POETS") or Settings.poets,
        fights=env.get("TAMRIN_FIGHTS") or None,
        resnet=env.get("TAMRIN_RESNET") or None,
        allowed_hosts=tuple(
            name.strip() for name in (env.get("TAMRIN_ALLOWED_HOSTS") or "").split(",") if name.strip()
        ),
        ice_servers=env.get("TAMRIN_ICE_SERVERS") or None,
        compress=_switch("TAMRIN_COMPRESS", env.get("TAMRIN_COMPRESS")),
    )


def prepare_tensorflow() -> None:
    """Set the variables of TensorFlow that are not set, before it is imported."""
    for name, value in TENSORFLOW.items():
        os.environ.setdefault(name, value)


def _switch(name: str, text: str | None) -> bool:
    if text not in (None, "", "0", "1"):
        raise SettingError(f"{name} is {text!r}; set it to 1 or 0, or leave it out.")
    return text != "0"


def _count(name: str, text: str | None, default: int) -> int:
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"{name} is {text!r}; set it to a whole number from 1, or leave it out.")
    return int(text)
