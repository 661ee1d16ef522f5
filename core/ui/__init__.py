"""What pages are drawn with; the only part of core that imports Streamlit."""
