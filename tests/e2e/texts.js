() => {
  // List the texts in sight: where, and in which ink. What lies behind them is read from a picture of the page.
  const root = document.querySelector('.stApp');
  const colour = (css) => { const [r, g, b, a = 1] = css.match(/[\d.]+/g).map(Number); return [r, g, b, a]; };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  const off = 'style, script, canvas, :disabled, [aria-disabled="true"], .hoverlayer, .katex-mathml, [data-testid="stIconMaterial"]';
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), one = walker.currentNode.parentElement;
    const hidden = one.closest('.legend .traces')?.style.opacity < 1; // the name of a line that is switched off
    if (!text || hidden || one.closest(off) || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(walker.currentNode);
    let { left, right, top, bottom } = range.getBoundingClientRect();
    for (let box = one; box; box = box.parentElement) {
      if (getComputedStyle(box).overflow === 'visible' || box instanceof SVGElement) continue;
      const edge = box.getBoundingClientRect();
      [left, right, top, bottom] = [Math.max(left, edge.left), Math.min(right, edge.right), Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    }
    [left, right, top, bottom] = [Math.max(left, 0), Math.min(right, innerWidth), Math.max(top, 0), Math.min(bottom, innerHeight)];
    if (right - left < 6 || bottom - top < 8) continue;
    const style = getComputedStyle(one), svg = one.closest('svg'), ink = colour(svg ? style.fill : style.color);
    if (svg) ink[3] *= Number(style.fillOpacity);
    for (let box = one; box; box = box.parentElement) ink[3] *= Number(getComputedStyle(box).opacity);
    found.push({ text: text.slice(0, 60), ink, box: [left, top, right, bottom].map(Math.round), where: `${one.closest('[data-testid]')?.dataset.testid} ${one.getAttribute('class')?.slice(0, 40)}` });
  }
  return found;
}
