"""The server that `make run` starts: the pages of app.py, Streamlit's own files at once, a cookie for each person."""

import streamlit as st
from starlette.middleware import Middleware

from core.ui import person
from core.ui.frontend import Frontend

app = st.App("app.py", middleware=[Middleware(Frontend), Middleware(person.Cookie)])
