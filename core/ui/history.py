"""The browser's history: one entry for a page and for each of its views that was opened, none for a corrected value.

Streamlit replaces the entry when a person moves a control, the choice of a view included, and adds one when the server
changes the link. A menu entry would also take the values of the page that is left along to the next one.
"""

import streamlit as st

JS = """
const CLICK = 1000;  // ms from a click on the bar of views to the change of the link
const place = (url) => {
  const there = new URL(url ?? location.href, location.href);
  return { path: there.pathname, view: there.searchParams.get("view") };
};
export default function() {
  if (window.tamrinHistory) return;
  window.tamrinHistory = true;
  const push = history.pushState.bind(history), replace = history.replaceState.bind(history);
  let chosen = -CLICK;
  for (const kind of ["pointerdown", "click", "keydown"])
    document.addEventListener(kind, (event) => {
      if (event.target.closest?.(".st-key-view")) chosen = performance.now();
    }, true);
  history.pushState = (state, title, url) => (place(url).path === place().path ? replace : push)(state, title, url);
  history.replaceState = (state, title, url) => {
    const [here, there] = [place(), place(url)];
    const opened = here.path === there.path && here.view !== there.view && performance.now() - chosen < CLICK;
    (opened ? push : replace)(state, title, url);
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.('[data-testid="stPageLink"], [data-testid="stLogoLink"], .stLogo')) return;
    const here = location.href;
    replace(history.state, "", location.pathname);
    setTimeout(() => replace(history.state, "", here));
  }, true);
}
"""


@st.cache_resource(max_entries=1, show_spinner=False)
def _listener():
    return st.components.v2.component("tamrin_history", js=JS)


def listen() -> None:
    """Have the browser keep such a history from now on."""
    _listener()(key="history")
