"""The server that `make run` starts: the pages of app.py, and Streamlit's own files sent at once."""

import streamlit as st
from starlette.middleware import Middleware

from core.ui.frontend import Frontend

app = st.App("app.py", middleware=[Middleware(Frontend)])
