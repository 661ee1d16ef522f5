"""The server that `make run` starts: the pages of app.py, and before them what Streamlit leaves open.

`Guard` says who is answered, `Frontend` sends Streamlit's own files small and at once, `Cookie` knows a person again,
`Splash` shows at once that something loads, and `warm` opens the pages before the first person does.
"""

import os
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from core import settings
from core.files import kept
from core.ui import person, warm
from core.ui.frontend import Frontend
from core.ui.guard import Guard
from core.ui.splash import Splash

os.environ.pop("MALLOC_ARENA_MAX", None)  # it has done its work for this process; workers have threads that need arenas
kept.begin(Path(settings.read().home))

LAYERS = (Guard, warm.Arrivals, Frontend, person.Cookie, Splash)
app = st.App("app.py", middleware=[Middleware(layer) for layer in LAYERS], lifespan=warm.lifespan)
