// What the browser adds to Streamlit's pages: each chart's numbers as a table, a projector view (key P, ?present=1)
// with one thing at a time, and a drawer for the controls on a narrow screen. It changes attributes, its own elements
// and the layout of charts; style.css does the rest.
(() => {
  const root = document.documentElement, LEAST = 24, BY = 1.8; // px, the smallest type of a projector; lines are thicker
  const all = (what, from = document) => [...(from?.querySelectorAll(what) ?? [])];
  const main = () => document.querySelector('[data-testid="stMain"]');
  const state = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState;
  const seen = (one) => one.checkVisibility() && one.getBoundingClientRect().width > 0;

  // -- tables are drawn on a canvas, and their formats write a hyphen before negative numbers
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    return write.call(this, String(text).replace(/^-(?=[\d.])/, '−'), ...place);
  };

  // -- a chart's numbers
  const text = (value) => (value instanceof Date ? value.toISOString() : String(value ?? '')).replace(/<[^>]*>/g, '');
  const axis = (gd, trace, letter) => {
    const name = trace[`${letter}axis`] ?? letter;
    return text(gd._fullLayout[name.replace(/^(.)/, '$1axis')]?.title?.text ?? '') || letter;
  };
  const along = (trace, letter, length) => {
    const given = trace[letter];
    if (given?.length) return Array.from(given);
    const [from, step] = [trace[`${letter}0`] ?? 0, trace[`d${letter}`] ?? 1];
    const begin = typeof from === 'string' ? Date.parse(from) : from;
    const at = (i) => (typeof from === 'string' ? new Date(begin + i * step).toISOString().slice(0, 10) : begin + i * step);
    return Array.from({ length }, (_, i) => at(i));
  };
  const ofGrid = (trace) => {
    const rows = Array.from(trace.z, (row) => Array.from(row));
    const [x, y] = [along(trace, 'x', rows[0]?.length ?? 0), along(trace, 'y', rows.length)];
    return { head: ['', ...x], body: rows.map((row, i) => [y[i], ...row]) };
  };
  const ofLines = (gd, traces) => {
    const keys = [], cells = new Map();
    traces.forEach((trace, column) => {
      const flat = trace.orientation === 'h', [on, of] = flat ? ['y', 'x'] : ['x', 'y'];
      const length = Math.max(trace.x?.length ?? 0, trace.y?.length ?? 0), values = along(trace, of, length);
      along(trace, on, length).forEach((key, i) => {
        const name = text(key);
        if (!cells.has(name)) { cells.set(name, []); keys.push(key); }
        cells.get(name)[column] ??= values[i];
      });
    });
    const first = traces[0], flat = first.orientation === 'h';
    const named = traces.map((one) => text(one.name) || axis(gd, one, flat ? 'x' : 'y'));
    return { head: [axis(gd, first, flat ? 'y' : 'x'), ...named], body: keys.map((key) => [key, ...cells.get(text(key))]) };
  };
  const tables = (gd) => {
    const shown = gd._fullData.filter((one) => one.visible === true);
    const grids = shown.filter((one) => one.z?.length).map(ofGrid);
    const groups = Map.groupBy(
      shown.filter((one) => !one.z && (one.x?.length || one.y?.length) && one.mode !== 'none' && one.meta !== 'no numbers'), (one) => `${one.xaxis} ${one.yaxis}`);
    return [...[...groups.values()].map((group) => ofLines(gd, group)), ...grids].filter((one) => one.body.length);
  };
  const number = (value) => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : text(value));
  const csv = ({ head, body }) => [head, ...body].map((row) => Array.from(row, (cell) => `"${text(cell).replaceAll('"', '""')}"`).join()).join('\r\n');
  const element = (tag, props = {}, ...inner) => { const one = Object.assign(document.createElement(tag), props); one.append(...inner); return one; };
  const button = (label, press, props = {}) => element('button', { type: 'button', textContent: label, onclick: press, ...props });
  const MOST = 500; // rows that are drawn; the file has all
  const drawn = ({ head, body }) => {
    const row = (cells, tag) => element('tr', {}, ...Array.from(cells, (cell, i) => element(i ? tag : 'th', { textContent: number(cell), scope: i && tag === 'td' ? '' : tag === 'td' ? 'row' : 'col' })));
    const more = body.length > MOST ? [element('p', { textContent: `The first ${MOST} of ${body.length} rows; the file has all.` })] : [];
    return element('div', {}, element('table', {}, element('thead', {}, row(head, 'th')), element('tbody', {}, ...body.slice(0, MOST).map((one) => row(one, 'td')))), ...more);
  };
  const save = (made) => {
    const link = element('a', { download: 'chart.csv', href: URL.createObjectURL(new Blob([made.map(csv).join('\r\n\r\n')], { type: 'text/csv' })) });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const tell = (chart) => {
    const gd = chart.querySelector('.js-plotly-plot'), made = gd?._fullData ? tables(gd) : [];
    const close = button('Close', () => box.close(), { autofocus: true });
    const inner = made.length ? made.map(drawn) : [element('p', { textContent: 'This chart has no numbers.' })];
    const box = element('dialog', { className: 'tamrin-numbers', onclose: () => box.remove() },
      element('header', {}, element('h2', { textContent: chart.getAttribute('aria-label') || 'Numbers of the chart' }),
        ...(made.length ? [button('Download CSV', () => save(made))] : []), close),
      element('div', { className: 'tamrin-scroll', tabIndex: 0, role: 'region', ariaLabel: 'Table' }, ...inner));
    document.body.append(box);
    box.showModal();
  };
  const whole = (chart) => all('.modebar-btn', chart).find((one) => /ullscreen/.test(one.dataset.title ?? ''))?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  const equip = (chart) => {
    const place = chart.closest('[data-testid="stElementContainer"]');
    if (!place || place.querySelector('.tamrin-chart')) return;
    place.dataset.chart = '';
    place.append(element('div', { className: 'tamrin-chart' },
      button('Table', () => tell(chart), { title: 'The numbers of this chart as a table' }),
      button('Full screen', () => whole(chart), { title: 'Back with Escape' })));
  };

  // -- larger type in charts, for the projector and in full screen
  const ink = () => getComputedStyle(document.querySelector('.stApp')).color;
  const plain = (one) => one !== null && typeof one === 'object' && !ArrayBuffer.isView(one);
  const larger = (one, key = '', colour = '') => {
    if (Array.isArray(one)) return plain(one[0]) ? one.map((item) => larger(item, key, colour)) : one;
    if (!plain(one)) return one;
    const copy = {};
    for (const [name, value] of Object.entries(one)) copy[name] = larger(value, name, colour);
    if (/font$/.test(key) && typeof copy.size === 'number') copy.size = Math.max(LEAST, copy.size * 1.6);
    if (/font$/.test(key) && colour && copy.color) copy.color = colour;
    if (key === 'uniformtext') copy.minsize = LEAST;
    if (key === 'line' && typeof copy.width === 'number') copy.width *= BY;
    if (key === 'marker' && typeof copy.size === 'number') copy.size *= 1.5;
    return copy;
  };
  // Text in bars and cells: their colours are too dark for dark and too light for light type of 7 : 1.
  const pale = (one, color) => {
    const font = { ...one.textfont, color };
    const opacity = parseInt(color.match(/\d+/)) < 128 ? 0.36 : 0.26; // of cells below dark and below light type
    if (one.type === 'heatmap' && one.texttemplate) return { ...one, opacity, textfont: font };
    if (one.type !== 'bar' || !(one.text || one.texttemplate) || one.textposition === 'outside') return one;
    const width = typeof one.width === 'number' ? { width: Math.max(one.width, 0.8) } : {}; // larger numbers that have no room are hidden
    return { ...one, ...width, textfont: font, insidetextfont: font, marker: { ...one.marker, opacity: 0.42 } };
  };
  // A colour bar beside the plot keeps the room of its smaller type: it would lie over the plot, and its title over its numbers.
  const upright = (one) => !!one.colorbar && one.showscale !== false && one.colorbar.orientation !== 'h';
  const titled = (one) => (upright(one) ? { ...one, colorbar: { ...one.colorbar, x: 1.01, title: { ...one.colorbar.title, side: 'top' } } } : one);
  // Rows whose names have two lines would be too near to one another; on a phone one line has no room.
  const oneLine = (one) => (innerWidth > 640 && typeof one.y?.[0] === 'string' ? { ...one, y: Array.from(one.y, (name) => name.replaceAll('<br>', ' ')) } : one);
  const before = new WeakMap();
  const fit = (gd) => {
    const big = slide?.contains(gd) || (root.dataset.present === 'all' && main()?.contains(gd)) || !!gd.querySelector('[data-title="Close fullscreen"]');
    const is = gd.layout?.meta?.tamrin, wanted = big ? ink() : undefined; // drawn anew in the ink of another theme
    if (!gd.layout || !gd.emit || wanted === is) return;
    if (big) {
      const { data, layout: small } = is ? before.get(gd) : gd;
      before.set(gd, { data, layout: small });
      const font = { ...small.font, size: LEAST, color: wanted };
      const layout = { ...larger(small, '', wanted), font };
      const { t = 0, b = 0, r = 0 } = layout.margin ?? {}; // of a larger legend above the plot, and of a colour bar below it
      const margin = { ...layout.margin, t: Math.max(84, t * 1.5), b: b > 30 ? b * 2.2 : b, r: data.some(upright) ? 160 : r };
      const axes = Object.entries(layout).filter(([name]) => /^[xy]axis\d*$/.test(name)); // some have no room for larger type
      const sparse = (name) => { // powers of ten, and days, would stand in one another
        const { type, range } = gd._fullLayout[name] ?? {};
        if (type === 'date') return { nticks: 7 };
        const span = type === 'log' ? Math.abs(range[1] - range[0]) : 0;
        return name.startsWith('y') && span > 7 ? { tickmode: 'linear', tick0: 0, dtick: Math.ceil(span / 6) } : {};
      };
      const roomy = Object.fromEntries(axes.map(([name, one]) => [name, { ...one, ...sparse(name), automargin: true, title: { ...one.title, standoff: undefined },
        ...(one.rangeselector && { rangeselector: { ...one.rangeselector, visible: false } }) }])); // its boxes would be too small
      gd.layout = { ...layout, ...roomy, margin, meta: { ...small.meta, tamrin: wanted } };
      gd.data = data.map(oneLine).map(titled).map((one) => pale(larger(one.type === 'scatter' ? { ...one, line: { width: 2, ...one.line }, marker: { size: 6, ...one.marker } } : one), wanted));
    } else {
      const { height, width } = gd.layout;
      gd.data = before.get(gd)?.data ?? gd.data;
      gd.layout = { ...(before.get(gd)?.layout ?? gd.layout), height, width, meta: {} };
    }
    gd.emit('plotly_relayout', {});
  };
  // Streamlit takes each layout that Plotly has drawn as the chart's state, and draws it if it is not the last one that
  // it asked for. If a second one is asked for during a drawing, both are then drawn in turn for ever, and the page does
  // not respond any more. So a layout that an older drawing comes back with is replaced by the newest.
  const newest = new WeakMap();
  const settle = (gd) => {
    const { layout, data } = gd, is = newest.get(gd) ?? { seen: new WeakSet() };
    if (!is.seen.has(layout)) newest.set(gd, { seen: is.seen.add(layout), layout, data });
    else if (layout !== is.layout) [gd.layout, gd.data] = [is.layout, is.data];
  };
  // Plotly may leave a legend above the plot where it was before larger type took room: over the curves.
  const tries = new WeakMap();
  const lift = (gd) => {
    const is = gd._fullLayout, legend = gd.querySelector('.legend'), { y } = gd.layout?.legend ?? {}, count = tries.get(gd) ?? 0;
    if (!is?.meta?.tamrin || !legend || !(y >= 1) || count > 5) return;
    if (legend.getBoundingClientRect().bottom - gd.getBoundingClientRect().top < is._size.t + 12) return;
    tries.set(gd, count + 1);
    gd.layout = { ...gd.layout, legend: { ...gd.layout.legend, y: y + 0.001 } };
    gd.emit('plotly_relayout', {});
  };
  // A mosaic narrower than its box leaves the lower part of it empty: the box ends where the images end. A legend of many
  // lines on a phone takes the place of the plot: the box grows by it.
  const watched = new WeakSet(), heights = new WeakMap(), LEGEND = 60; // px, that a chart has room for
  const crop = (gd) => {
    const is = gd._fullLayout, box = gd.closest('.stPlotlyChart'), [x, y] = [is?.xaxis, is?.yaxis];
    if (!box || !x?.range || !y?.range) return;
    const mosaic = y.scaleanchor && y.constraintoward === 'top' && !y.visible && !is.meta?.tamrin && !box.querySelector('[data-title="Close fullscreen"]');
    const span = (axis) => Math.abs(axis.range[1] - axis.range[0]);
    const image = mosaic ? `${Math.ceil(is._size.t + is._size.w * span(y) / span(x) + is._size.b)}px` : '';
    if (!heights.has(gd) && !is.meta?.tamrin && !('present' in root.dataset)) heights.set(gd, is.height);
    const lines = !mosaic && !is.meta?.tamrin && innerWidth <= 640 && heights.has(gd) && gd.querySelector('.legend') ? (is.legend?._height ?? 0) : 0;
    const high = lines > LEGEND + 20 ? `${Math.round(heights.get(gd) + lines - LEGEND)}px` : image;
    const wanted = high !== image || parseInt(high) < is.height - 8 || high === box.style.height ? high : ''; // the chart takes the height of its box
    for (const one of [box, box.parentElement]) one.style.height = wanted;
    box.closest('.stElementContainer').style.flexBasis = wanted;
  };

  // -- the projector view
  const THINGS = '.stPlotlyChart, [data-testid="stDataFrame"], [data-testid="stTable"], [data-testid="stImage"], [data-testid="stVideo"], [data-testid="stHtml"]:has(img, .tamrin-poem, .tamrin-words, .tamrin-honest)';
  const stepped = () => main()?.querySelector('[class*="-stepper"]');
  const READ = ['Theory', 'Exercises']; // views that are read, not looked at one chart after another
  const read = () => READ.includes(chosen()?.textContent) || main()?.querySelector('.st-key-document_text');
  const entire = () => root.dataset.present === 'all';
  let slide = null, at = 0, fromEnd = false;
  const slides = () => {
    const places = all(THINGS, main()).map((one) => one.closest('[data-testid="stElementContainer"]') ?? one);
    const kept = [...new Set(places.map((one) => (one.querySelector('[data-testid="stImage"]') && one.closest('[data-testid="stHorizontalBlock"]')) || one))];
    return kept.filter((one) => one.checkVisibility() && !one.closest('[role="dialog"]'));
  };
  const above = (it, one) => it.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING && (it.closest('[data-testid="stColumn"]')?.contains(one) ?? true);
  const captioned = (one) => { // the caption above a row of images, or what begins the line above a drawing in bold
    const row = one.matches('[data-testid="stHorizontalBlock"]'), before = ((row && one.closest('[data-testid="stLayoutWrapper"]')) || one).previousElementSibling;
    if (one.querySelector('.tamrin-honest') || !before?.matches('[data-testid="stElementContainer"]')) return '';
    const lead = before.querySelector(row ? '[data-testid="stCaptionContainer"]' : 'p > strong:first-child')?.textContent;
    return before.textContent.trim().startsWith(lead) ? lead : ''; // and no word in bold within a sentence
  };
  const card = (one) => one.closest('[class*="st-key-card-"]')?.querySelector('[data-testid="stPageLink"] p')?.textContent; // on Home
  const heading = (one) => (one.querySelector('.tamrin-honest') ? 'Summary' : card(one) ?? all('h2, h3', main()).filter((it) => above(it, one)).at(-1)?.textContent);
  const viewsOf = () => all('.st-key-view button', main());
  const chosen = () => viewsOf().find((one) => one.getAttribute('aria-checked') === 'true' || one.getAttribute('kind')?.endsWith('Active'));
  const show = () => {
    if (!('present' in root.dataset)) return;
    if (state() !== 'notRunning' && slide?.isConnected) return; // the things of the view before are still there
    const found = stepped() || read() ? [] : slides();
    root.dataset.present = found.length ? 'one' : 'all';
    at = Math.max(0, Math.min(fromEnd ? found.length - 1 : at, found.length - 1));
    const next = found[at] ?? null;
    if (next !== slide) {
      slide?.removeAttribute('data-slide');
      slide = next;
    }
    slide?.setAttribute('data-slide', slide.querySelector('.stPlotlyChart') ? 'chart' : '');
    for (const one of slide?.children ?? []) if (one.scrollHeight > one.clientHeight + 1) one.tabIndex = 0;
    const words = [document.title.split(' · ')[0], chosen()?.textContent, slide && heading(slide), slide && captioned(slide)].filter(Boolean);
    const count = (found.length > 1 ? ` (${at + 1} of ${found.length})` : '') + (longer(1) ? ' ↓ more' : slide && rows().some(many) ? ' first rows' : '');
    const label = [...new Set(words)].join(' · ');
    if (told.textContent !== label + count) [told.firstChild.textContent, told.lastChild.textContent] = [label, count];
  };
  const present = (on) => {
    if (on === 'present' in root.dataset) return;
    if (on) root.dataset.present = 'one';
    else { delete root.dataset.present; slide?.removeAttribute('data-slide'); slide = null; }
    sessionStorage.setItem('tamrin-present', on ? '1' : '');
    main()?.scrollTo(0, 0);
    at = 0;
    tend();
    dispatchEvent(new Event('resize'));
  };
  // What is longer than the screen is paged through before the next one comes; of a table of many pages only the first.
  const many = (one) => one.scrollHeight > 3 * one.clientHeight;
  const rows = () => all('.dvn-scroller', slide);
  const longer = (by) => (entire() ? [main()] : [slide, ...(slide?.children ?? []), ...rows().filter((one) => !many(one))]).find((one) => one
    && one.clientHeight > 0 && (by > 0 ? one.scrollHeight - one.clientHeight - one.scrollTop > 4 : one.scrollTop > 4)
    && (one === main() || /auto|scroll/.test(getComputedStyle(one).overflowY)));
  const move = (by) => {
    const long = longer(by);
    if (long) {
      long.scrollBy({ top: by * 0.85 * long.clientHeight, behavior: 'instant' });
      return tend();
    }
    const count = entire() ? 1 : slides().length;
    fromEnd = false;
    if (at + by >= 0 && at + by < count) at += by;
    else {
      const views = viewsOf(), other = views[views.indexOf(chosen()) + by];
      if (!other) return;
      [at, fromEnd] = [0, by < 0];
      main().scrollTop = 0;
      other.click();
    }
    tend();
  };

  // -- what stands on every page
  const told = element('span', { role: 'status' }, element('b'), element('i')); // a long name is cut, the number is not
  const bar = element('nav', { id: 'tamrin-bar', ariaLabel: 'Projector view' }, told,
    button('←', () => move(-1), { ariaLabel: 'Previous (arrow left)' }), button('→', () => move(1), { ariaLabel: 'Next (arrow right)' }),
    button('Close', () => present(false), { title: 'Escape' }));
  const drawer = (open) => {
    open ? (root.dataset.controls = '') : delete root.dataset.controls;
    handle.setAttribute('aria-expanded', open);
    handle.textContent = open ? 'Close' : 'Controls';
  };
  const handle = button('Controls', () => drawer(!('controls' in root.dataset)), { id: 'tamrin-controls', ariaExpanded: 'false' });
  const project = button('Projector', () => present(true), { id: 'tamrin-present', title: 'One chart at a time, in large type (key P)' });

  // Attributes for style.css before anything is painted. `:has()` would do as well, but then each text that Plotly
  // measures invalidates the style of all that may lie in such an element: charts took five times as long.
  const mark = () => {
    for (const one of all('.stColumn[data-drawer]')) if (!one.querySelector('.st-key-controls, .tamrin-kept')) delete one.dataset.drawer;
    for (const one of all('.tamrin-kept')) one.closest('.stColumn')?.setAttribute('data-drawer', 'kept');
    for (const one of all('.stColumn .st-key-controls')) one.closest('.stColumn').dataset.drawer = 'controls';
    root.toggleAttribute('data-drawer', document.getElementsByClassName('st-key-controls').length > 0);
    root.toggleAttribute('data-views', document.getElementsByClassName('st-key-view').length > 0);
  };

  let waiting = 0, page = location.pathname;
  const sized = new ResizeObserver(() => { waiting ||= setTimeout(tend, 50); });
  const tend = () => {
    waiting = 0;
    if (page !== location.pathname) { page = location.pathname; at = 0; drawer(false); }
    show();
    for (const link of all('[data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]')) { // heard, not only seen in bold
      if (!link.getAttribute('href')) link.setAttribute('href', './'); // Home: an empty one is a link to the page itself
      link.pathname === location.pathname ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
    }
    for (const chart of all('.stPlotlyChart')) equip(chart);
    for (const gd of all('.js-plotly-plot')) {
      if (gd.on && !watched.has(gd)) { watched.add(gd); gd.on('plotly_afterplot', () => { settle(gd); crop(gd); }); }
      fit(gd);
      lift(gd);
      crop(gd);
    }
    for (const box of all('.dvn-scroller, [data-testid="stHtml"] div[style*="overflow"], .katex-display, .stCode pre, [data-testid="stTable"], [data-testid="stTable"] > div', main())) {
      if (box.matches('.dvn-scroller') && !watched.has(box)) { watched.add(box); sized.observe(box); } // takes a new size some time after the window
      const wide = box.scrollWidth - box.clientWidth, more = wide > 4, high = box.scrollHeight > box.clientHeight + 4;
      (wide > 0 || high) && !box.matches('.dvn-scroller') ? (box.tabIndex = 0) : box.removeAttribute('tabindex'); // to scroll it by key
      if (!box.matches('pre')) (box.closest('[data-testid="stDataFrame"], [data-testid="stTable"], [data-testid="stMarkdown"]') ?? box.parentElement).toggleAttribute('data-more', more);
    }
  };
  const typing = (one) => one.closest?.('input, textarea, select, [contenteditable], [role="slider"], [role="radiogroup"], [role="tablist"], dialog, [data-testid="stDataFrame"], video');
  const KEYS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  const key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Tab' && event.target.matches?.('[data-testid="stDataFrame"] canvas')) return event.stopImmediatePropagation(); // out of the table; arrow keys move in it
    const on = 'present' in root.dataset, busy = document.querySelector('dialog[open], [role="dialog"]');
    if (event.key === 'Escape' && !busy) { if (document.querySelector('[data-title="Close fullscreen"]')) return; present(false); drawer(false); }
    else if (typing(event.target) && !(on && event.target.closest('#tamrin-bar'))) return;
    else if (event.key.toLowerCase() === 'p' && !busy) present(!on);
    else if (on && KEYS[event.key]) { event.preventDefault(); move(KEYS[event.key]); }
  };
  // A press of Stop in the menu, after another page has been asked for and before it arrives, is lost: Streamlit knows
  // the button of each page by another id. It is pressed again on the page that has arrived.
  const CHIP = 'st-key-chip_stop-';
  const stopped = (name, path, tries = 60) => setTimeout(() => {
    const stop = document.querySelector(`.${name} button`);
    if (stop?.disabled || !tries) return; // it is stopping
    stop && path !== location.pathname && state() === 'notRunning' ? stop.click() : stopped(name, path, tries - 1);
  }, 250);
  const pressed = (event) => {
    const button = event.target.closest?.('button'), name = [...(button?.closest(`[class*="${CHIP}"]`)?.classList ?? [])].find((one) => one.startsWith(CHIP));
    if (name && event.isTrusted) stopped(name, location.pathname);
    if (button?.matches('.st-key-controls [kind^="primary"]')) drawer(false);
  };
  const begin = () => {
    document.body.append(project, handle, bar);
    if (sessionStorage.getItem('tamrin-present')) present(true);
    addEventListener('resize', () => { waiting ||= setTimeout(tend, 100); });
    addEventListener('load', () => { waiting ||= setTimeout(tend, 150); }, true); // of a picture, which may be wide
    addEventListener('keydown', key, true);
    addEventListener('click', pressed, true);
    const enlarged = () => 'present' in root.dataset || document.querySelector('[data-title="Close fullscreen"]');
    setInterval(() => { if (enlarged()) waiting ||= setTimeout(tend); }, 500); // a chart may draw itself once more
    // The server draws images and matrices in the colours of a theme: it is asked again, as by the key R, when that changes.
    const again = () => ['keydown', 'keyup'].forEach((name) => document.dispatchEvent(new KeyboardEvent(name, { key: 'r', code: 'KeyR', keyCode: 82, which: 82, bubbles: true })));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => setTimeout(again, 300));
    new MutationObserver(() => { mark(); waiting ||= setTimeout(tend, 150); }).observe(document.body, { childList: true, subtree: true });
  };
  const asked = new URL(location.href);
  if (asked.searchParams.has('present')) { // the server need not know it, and its link stays as it was
    sessionStorage.setItem('tamrin-present', asked.searchParams.get('present') === '0' ? '' : '1');
    asked.searchParams.delete('present');
    history.replaceState(history.state, '', asked);
  }
  document.body ? begin() : addEventListener('DOMContentLoaded', begin);
})();
