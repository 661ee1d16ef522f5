"""Draw pages; the only part of core that imports Streamlit."""

from core.messages import Messages

messages = Messages(__file__)
