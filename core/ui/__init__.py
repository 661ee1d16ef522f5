"""Draw pages; the only part of core that imports Streamlit."""
