"""The server that `make run` starts: the pages of app.py, Streamlit's own files at once, a cookie for each person."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from core import settings
from core.files import kept
from core.ui import person
from core.ui.frontend import Frontend

kept.begin(Path(settings.read().home))

app = st.App("app.py", middleware=[Middleware(Frontend), Middleware(person.Cookie)])
