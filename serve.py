"""The server that `make run` starts: the pages of app.py behind middleware that Streamlit lacks.

`Guard` decides who is answered, `Frontend` sends Streamlit's own files compressed, `Cookie` recognises a user, `Splash`
shows a loading screen at once, `Navigation` keeps a browser on the page that was opened last, and `warm` opens the
pages before the first user does.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from core import settings
from core.files import kept
from core.ui.serving import memory, warm
from core.ui.serving.frontend import Frontend
from core.ui.serving.guard import Guard
from core.ui.serving.navigation import Navigation
from core.ui.serving.splash import Splash
from core.ui.visit import person

memory.tune()
kept.begin(Path(settings.read().home))

LAYERS = (Guard, warm.Arrivals, Frontend, person.Cookie, Splash, Navigation)
app = st.App("app.py", middleware=[Middleware(layer) for layer in LAYERS], lifespan=warm.lifespan)
