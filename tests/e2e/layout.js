(smallest) => {
  // Measure what is visible of a page: top of its first result, and lists of faults.
  const main = document.querySelector('[data-testid="stMain"]');
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.getBoundingClientRect().width > 1;
  const all = (what, from = main) => [...from.querySelectorAll(what)].filter(shown);
  const name = (one) => `${one.closest('[data-testid]')?.dataset.testid} ${one.textContent.trim().slice(0, 30)}`;
  const hit = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const result = all('.stPlotlyChart, [data-testid="stImage"], [data-testid="stVideo"], [data-testid="stHtml"] img, .tamrin-poem, .tamrin-words, [data-testid="stTable"], [data-testid="stDataFrame"]')[0];

  const small = [], walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement, said = walker.currentNode.textContent.trim();
    if (!said || !shown(parent) || parent.closest('style, script, canvas, .katex, .stHtmlIcon, [data-testid="stIconMaterial"], [data-testid="stTooltipIcon"]')) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize) * (parent.currentCSSZoom ?? 1);
    if (size < smallest - 0.01) small.push(`${size.toFixed(1)} ${name(parent)}`);
  }
  for (const picture of all('img[src^="data:image/svg+xml"]')) {
    const svg = new DOMParser().parseFromString(atob(picture.src.split(',')[1]), 'image/svg+xml').documentElement;
    const scale = picture.getBoundingClientRect().width / parseFloat(svg.getAttribute('viewBox')?.split(/[ ,]+/)[2] ?? svg.getAttribute('width'));
    const sizes = [...svg.querySelectorAll('[font-size]')].map((one) => parseFloat(one.getAttribute('font-size')) * scale);
    const least = Math.min(...sizes);
    if (sizes.length && least < smallest * 0.8) small.push(`${least.toFixed(1)} in the drawing ${picture.alt.slice(0, 40)}`);
  }
  const scrolls = (one) => one.matches('textarea, input, pre, [data-more], [data-more] *') || one.closest('[data-more], [data-testid="stDataFrame"], .js-plotly-plot, svg, canvas');
  const cut = all('*').filter((one) => one.scrollWidth > one.clientWidth + 4 && one.clientWidth > 0
    && getComputedStyle(one).overflowX !== 'visible' && !scrolls(one)).map((one) => `${one.scrollWidth} > ${one.clientWidth} ${name(one)}`);
  cut.push(...all('.dvn-scroller').filter((one) => one.scrollWidth > one.clientWidth + 4 && !one.closest('[data-more]')).map((one) => `columns unseen: ${name(one)}`));
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth + 1) cut.push(`the page scrolls sideways: ${page.scrollWidth} > ${innerWidth}`);
  const clipped = all('.js-plotly-plot').flatMap((chart) => {
    const frame = chart.getBoundingClientRect();
    return all('.main-svg text', chart).filter((text) => {
      const box = text.getBoundingClientRect();
      return !text.closest('.hoverlayer') && (box.left < frame.left - 3 || box.right > frame.right + 3 || box.top < frame.top - 3 || box.bottom > frame.bottom + 3);
    }).map((text) => `clipped: ${text.textContent}`);
  });
  const overlaps = all('.js-plotly-plot').filter((chart) => {
    const [legend, bar] = [chart.querySelector('.legend'), chart.querySelector('.modebar')];
    return legend && bar && hit(legend.getBoundingClientRect(), bar.getBoundingClientRect());
  }).map(name);
  const NUMBERS = ['linear', 'log'];
  const nameless = all('.js-plotly-plot').flatMap((chart) => Object.entries(chart._fullLayout).filter(([key, axis]) =>
    /^[xy]axis\d*$/.test(key) && NUMBERS.includes(axis.type) && axis.visible && axis.showticklabels && !axis.title.text && !axis.ticktext).map(([key]) => `no title: ${key} of ${chart.closest('[aria-label]')?.ariaLabel}`));
  const bars = all('.js-plotly-plot').flatMap((chart) => chart._fullData.filter((one) => one.showscale && one.type === 'heatmap' && !one.colorbar?.title?.text && !one.colorbar?.ticktext).map(() => `a colour bar without title: ${chart.closest('[aria-label]')?.ariaLabel}`));
  // Numbers that belong to one word or sign stand with it on one line, and no line begins with a sign.
  const lines = (node, from, to) => { const part = document.createRange(); part.setStart(node, from); part.setEnd(node, to); return new Set([...part.getClientRects()].map((box) => Math.round(box.top))).size; };
  const broken = [], texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!shown(node.parentElement) || node.parentElement.closest('style, script, pre, code, .katex, svg')) continue;
    for (const one of node.textContent.matchAll(/\bp [=<] \d|\d ± \d|\d{4}-\d\d-\d\d/g))
      if (one[0].startsWith('p') || lines(node, one.index, one.index + one[0].length) > 1) broken.push(`within: ${node.textContent.slice(Math.max(0, one.index - 20), one.index + 20)}`);
  }
  for (const formula of all('.stMarkdown .katex')) {
    const after = formula.closest('.katex').nextSibling ?? formula.parentElement.nextSibling;
    const edge = formula.getBoundingClientRect(), sign = document.createRange();
    if (after?.nodeType !== Node.TEXT_NODE || !/^[.,:;)]/.test(after.textContent)) continue;
    sign.setStart(after, 0), sign.setEnd(after, 1);
    if (sign.getBoundingClientRect().left < edge.left) broken.push(`before a sign: ${formula.textContent.slice(0, 10)}${after.textContent.slice(0, 20)}`);
  }
  broken.push(...all('[data-variant="segmented_control"]').filter((one) => ['Left', 'Right'].some((side) => /, 0\)$/.test(getComputedStyle(one)[`border${side}Color`]))).map((one) => `no border: ${name(one)}`));
  return { top: result ? Math.round(result.getBoundingClientRect().top + main.scrollTop) : null, small, cut, clipped, overlaps, nameless, bars, broken };
}
