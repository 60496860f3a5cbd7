/**
 * The script of the HTML timeline: filters, links into closed events, copying and saving a proof, everything open on
 * paper. It makes no HTML.
 */
export const timelineScript = `'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId('filters');
  const shownText = byId('events-shown');
  const events = [...document.querySelectorAll('.event')].map((element) => ({ element, kind: element.dataset.kind, decision: element.dataset.decision, text: null }));

  const textOf = (event) => (event.text ??= event.element.textContent.toLowerCase());

  const apply = () => {
    const data = new FormData(form);
    const kinds = data.getAll('kind');
    const decisions = data.getAll('decision');
    const words = data.get('text').toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const event of events) {
      const fits = (kinds.length === 0 || kinds.includes(event.kind)) && (decisions.length === 0 || decisions.includes(event.decision)) && words.every((word) => textOf(event).includes(word));
      event.element.hidden = !fits;
      if (fits) shown += 1;
    }
    shownText.textContent = shown === events.length ? events.length + ' events' : shown + ' of ' + events.length + ' events';
  };

  const follow = () => {
    const target = location.hash.length > 1 ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    if (!target || !target.matches('.event')) return;
    if (target.hidden) { form.reset(); apply(); }
    target.open = true;
    target.scrollIntoView();
    target.querySelector('summary').focus({ preventScroll: true });
  };

  if (form) {
    form.hidden = false;
    let timer = 0;
    form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(apply, 120); });
    form.addEventListener('reset', () => setTimeout(apply, 0));
    form.addEventListener('submit', (event) => event.preventDefault());
    apply();
  }

  for (const buttons of document.querySelectorAll('.buttons')) {
    const text = buttons.parentElement.querySelector('.receipt');
    const said = buttons.querySelector('.said-done');
    buttons.hidden = false;
    buttons.querySelector('.copy').addEventListener('click', () => {
      const done = () => { said.textContent = 'copied'; };
      const select = () => { getSelection().selectAllChildren(text); said.textContent = 'selected: copy it with the keyboard'; };
      if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(done, select);
      else select();
    });
    buttons.querySelector('.save').addEventListener('click', () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text.textContent], { type: 'text/plain' }));
      link.download = buttons.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      said.textContent = 'saved';
    });
  }

  addEventListener('hashchange', follow);
  follow();

  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const element of closed) element.open = true;
  });
  addEventListener('afterprint', () => { for (const element of closed) element.open = false; });
})();
`;
