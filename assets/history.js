window.__streamlit = { BACKEND_BASE_URL: new URL('.', location.href).href };
(() => {
  const add = history.pushState.bind(history), replace = history.replaceState.bind(history);
  let asked = true, preset = false;
  const gestured = ({ target }) => { asked = true; preset = !!target.closest?.('[class*="st-key-preset_"]'); };
  for (const gesture of ['pointerdown', 'click', 'keydown']) addEventListener(gesture, gestured, true);
  addEventListener('popstate', () => { asked = preset = false; }, true);
  const view = (url) => `${url.pathname} ${url.searchParams.get('view')}`;
  history.pushState = history.replaceState = (state, title, address) => {
    const next = new URL(address ?? '', location.href);
    const entry = asked && (view(next) !== view(new URL(location.href)) || (preset && next.href !== location.href));
    if (entry) asked = preset = false;
    (entry ? add : replace)(state, title, address);
  };
})();
