/**
 * The script of the HTML report: filters (their state in the URL fragment), rows that are made when they are looked at,
 * links into closed details, what matters open on paper. Only rows that the report itself rendered, escaped, become HTML.
 */
export const script = `'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId('filters');
  const status = byId('findings-shown');
  const late = JSON.parse(byId('late-findings')?.textContent || '{}');
  const step = 50;
  const groups = [...document.querySelectorAll('details.rule')].map((element) => {
    const list = element.querySelector('.found');
    const head = (element.querySelector('summary').textContent + ' ' + element.querySelector('.rule-notes').textContent + ' ' + (byId(element.dataset.control)?.querySelector('.frameworks')?.textContent || '')).toLowerCase();
    const items = [...list.children].map((node) => ({ node, id: node.id, w: node.dataset.w.split(' '), a: node.dataset.a === '1', t: node.textContent.toLowerCase() }));
    for (const { w, a, i, h } of late[element.dataset.group] || []) items.push({ node: null, html: h, id: i, w, a: a === 1, t: null });
    return { element, list, head, items, count: element.querySelector('.rule-count'), more: element.querySelector('.more'), matching: items, limit: step, dirty: true };
  });

  const textOf = (item) => {
    if (item.t === null) item.t = item.html.replace(/<[^<>]*>/g, '').replace(/&#(\\d+);/g, (all, code) => String.fromCharCode(code)).toLowerCase();
    return item.t;
  };

  const nodeOf = (item) => {
    if (item.node === null) {
      const template = document.createElement('template');
      template.innerHTML = item.html;
      item.node = template.content.firstElementChild;
    }
    return item.node;
  };

  const paint = (group) => {
    if (!group.element.open || !group.dirty) return;
    group.dirty = false;
    const shown = group.matching.slice(0, group.limit).map(nodeOf);
    group.list.replaceChildren(...shown);
    const rest = group.matching.length - shown.length;
    group.more.hidden = rest <= 0;
    group.more.textContent = 'Show ' + Math.min(step, rest) + ' more of ' + rest;
  };

  const read = () => {
    const data = new FormData(form);
    return { severity: data.getAll('severity'), workload: data.get('workload'), layer: data.get('layer'), kind: data.get('kind'), status: data.get('status'), text: data.get('text').trim() };
  };

  const apply = () => {
    const want = read();
    const words = want.text.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    let total = 0;
    let rules = 0;
    for (const group of groups) {
      const { severity, layer, kind } = group.element.dataset;
      total += group.items.length;
      const fits = (want.severity.length === 0 || want.severity.includes(severity)) && (!want.layer || want.layer === layer) && (!want.kind || want.kind === kind);
      const open = words.filter((word) => !group.head.includes(word));
      group.matching = !fits ? [] : group.items.filter((item) =>
        (want.status === 'all' || item.a === (want.status === 'accepted')) &&
        (!want.workload || (want.workload === '-' ? item.w.join('') === '' : item.w.includes(want.workload))) &&
        open.every((word) => textOf(item).includes(word)));
      group.limit = step;
      group.dirty = true;
      group.element.hidden = group.matching.length === 0;
      group.count.textContent = group.matching.length === group.items.length ? String(group.items.length) : group.matching.length + ' of ' + group.items.length;
      shown += group.matching.length;
      if (group.matching.length > 0) rules += 1;
      paint(group);
    }
    status.textContent = shown === total ? total + ' findings by ' + rules + ' rules' : shown + ' of ' + total + ' findings, by ' + rules + ' rules';
  };

  const write = () => {
    const want = read();
    const query = new URLSearchParams();
    for (const key of ['workload', 'layer', 'kind', 'status', 'text']) if (want[key]) query.set(key, want[key]);
    if (want.severity.length > 0) query.set('severity', want.severity.join(','));
    const text = query.toString();
    history.replaceState(null, '', text === '' ? '#findings' : '#findings?' + text);
  };

  const restore = (query) => {
    const wanted = (query.get('severity') || '').split(',');
    for (const box of form.querySelectorAll('[name=severity]')) box.checked = wanted.includes(box.value);
    for (const key of ['workload', 'layer', 'kind', 'status', 'text']) form.elements[key].value = query.get(key) || '';
    for (const select of form.querySelectorAll('select')) if (select.selectedIndex < 0) select.selectedIndex = 0;
  };

  const openTo = (element) => {
    for (let at = element; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    const inside = element.matches('.entry') ? element.querySelector('details') : null;
    if (inside) inside.open = true;
    element.scrollIntoView();
    if (!element.hasAttribute('tabindex')) element.setAttribute('tabindex', '-1');
    element.focus({ preventScroll: true });
  };

  const follow = () => {
    const hash = decodeURIComponent(location.hash.slice(1));
    if (hash.startsWith('findings?')) {
      if (form) { restore(new URLSearchParams(location.hash.slice(location.hash.indexOf('?') + 1))); apply(); byId('findings').scrollIntoView(); }
      return;
    }
    let target = hash === '' ? null : byId(hash);
    if (hash.startsWith('f-')) {
      const group = groups.find(({ items }) => items.some(({ id }) => id === hash));
      if (group) {
        if (group.matching.every(({ id }) => id !== hash)) { restore(new URLSearchParams('status=all')); apply(); }
        group.element.open = true;
        group.limit = Math.max(group.limit, group.matching.findIndex(({ id }) => id === hash) + 1);
        group.dirty = true;
        paint(group);
        target = byId(hash);
      }
    }
    if (target) openTo(target);
  };

  for (const group of groups) {
    group.element.addEventListener('toggle', () => paint(group));
    group.more.addEventListener('click', () => {
      const first = group.limit;
      group.limit += step;
      group.dirty = true;
      paint(group);
      const next = group.list.children[first];
      if (next) { next.setAttribute('tabindex', '-1'); next.focus({ preventScroll: true }); }
    });
  }
  if (form) {
    form.hidden = false;
    let timer = 0;
    form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => { apply(); write(); }, 120); });
    form.addEventListener('reset', () => setTimeout(() => { apply(); write(); }, 0));
    form.addEventListener('submit', (event) => event.preventDefault());
    apply();
  }
  addEventListener('hashchange', follow);
  follow();

  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open]):not(.brief)')];
    for (const element of closed) element.open = true;
  });
  addEventListener('afterprint', () => { for (const element of closed) element.open = false; });
})();
`;
