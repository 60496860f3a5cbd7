import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../model/assessment.ts';
import { escapeHtml } from '../../base/escape-html.ts';
import { visibleText } from '../visible-text.ts';
import { hostileName, manyFindings, mapOf, sampleAssessment, sampleContext } from '../fixtures/sample.ts';
import { renderHtml } from './html.ts';
import { anchor, html, scriptJson } from './markup.ts';
import { script } from './script.ts';
import { controlId } from './sections/control.ts';
import { linkTo } from './sections/link.ts';
import { style } from './style.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parents: readonly string[];
  text: string;
}

const voidElements = new Set(['meta', 'br', 'input', 'link', 'img', 'hr']);

/** Reads the subset of HTML that the report writes, and fails on anything else: unclosed, crossed, unquoted. */
function parse(page: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const token =
    /<!doctype html>|<\/([a-zA-Z0-9]+)>|<([a-zA-Z0-9]+)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<]*")?)*)\s*(\/?)>|([^<]+)/gy;
  while (token.lastIndex < page.length) {
    const at = token.lastIndex;
    const match = token.exec(page);
    if (match === null) throw new SyntaxError(`unexpected at ${at}: ${page.slice(at, at + 120)}`);
    const [, closing, name, attributes, empty, content] = match;
    if (closing !== undefined && open.pop()?.name !== closing)
      throw new SyntaxError(`unexpected </${closing}> at ${at}: ${page.slice(at - 200, at + 20)}`);
    if (content !== undefined) for (const element of open) element.text += content;
    if (name === undefined) continue;
    const pairs = [...(attributes ?? '').matchAll(/([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?/g)].map(
      (pair) => [pair[1]!, pair[2] ?? ''] as const,
    );
    if (new Set(pairs.map(([key]) => key)).size !== pairs.length)
      throw new SyntaxError(`an attribute twice in <${name}>`);
    const element: Element = {
      name,
      attributes: Object.fromEntries(pairs),
      parents: open.map((parent) => parent.name),
      text: '',
    };
    elements.push(element);
    if (empty === '/' || voidElements.has(name)) continue;
    if (name === 'script' || name === 'style') {
      const end = page.indexOf(`</${name}>`, token.lastIndex);
      element.text = page.slice(token.lastIndex, end);
      token.lastIndex = end + name.length + 3;
      continue;
    }
    open.push(element);
  }
  if (open.length > 0) throw new SyntaxError(`<${open.at(-1)?.name}> is not closed`);
  return elements;
}

const page = renderHtml(sampleAssessment, sampleContext);
const elements = parse(page);
const all = (name: string): Element[] => elements.filter((element) => element.name === name);
const ids = elements.flatMap(({ attributes }) => (attributes['id'] === undefined ? [] : [attributes['id']]));

describe('HTML: what it may do', () => {
  it('allows its own script by hash and nothing else', () => {
    const policy = all('meta').find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')
      ?.attributes['content'];
    const running = all('script').filter(({ attributes }) => attributes['type'] === undefined);
    expect(running).toHaveLength(1);
    const hash = createHash('sha256').update(running[0]!.text).digest('base64');
    expect(policy).toBe(
      `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });

  it('loads nothing: no source, no stylesheet, no import, no address in the style', () => {
    expect(
      elements.filter(({ attributes }) =>
        ['src', 'srcset', 'poster', 'data', 'action', 'background'].some((key) => attributes[key] !== undefined),
      ),
    ).toEqual([]);
    expect(
      elements.filter(({ name }) =>
        ['link', 'img', 'iframe', 'object', 'embed', 'base', 'image', 'use', 'foreignObject'].includes(name),
      ),
    ).toEqual([]);
    expect(style).not.toMatch(/url\(|@import|https?:/);
    expect(script).not.toMatch(/fetch|XMLHttpRequest|import\(|https?:|eval|new Function|document\.write|localStorage/);
  });

  it('has no inline event handler and no link but to the web or into itself', () => {
    expect(elements.flatMap(({ attributes }) => Object.keys(attributes).filter((key) => key.startsWith('on')))).toEqual(
      [],
    );
    const links = elements.flatMap(({ attributes }) => (attributes['href'] === undefined ? [] : [attributes['href']]));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((href) => !/^(?:https?:\/\/|#)/.test(href))).toEqual([]);
    expect(linkTo('javascript:alert(1)').text).toBe('javascript:alert(1)');
  });

  it('has a script that parses', () => {
    expect(() => new Script(script)).not.toThrow();
    expect(() => new Script(`${script}(`)).toThrow(SyntaxError);
  });
});

describe('HTML: what it says of hostile input', () => {
  it('lets no name become markup, and makes deceptive characters visible', () => {
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<!--');
    expect(page).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
    expect(page).toContain(escapeHtml(visibleText(hostileName)).slice(0, 60));
    expect(page).toContain('‹U+202E›');
  });

  it('keeps embedded data inside its script element', () => {
    const many = renderHtml(manyFindings(250), sampleContext);
    const data = parse(many).find(({ attributes }) => attributes['id'] === 'late-findings');
    expect(data?.attributes['type']).toBe('application/json');
    expect(data?.text).not.toMatch(/[<\u2028]/);
    const late = JSON.parse(data?.text ?? '') as Record<string, { h: string }[]>;
    expect(late['0']).toHaveLength(50);
    expect(() => late['0']?.map(({ h }) => parse(h))).not.toThrow();
  });

  it('escapes any text for content, attributes and scripts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        expect(() => parse(html`<p title="${raw}">${raw}</p>`.text)).not.toThrow();
        expect(scriptJson({ raw }).text).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(scriptJson({ raw }).text)).toEqual({ raw });
        expect(anchor('x', raw)).toMatch(/^x-[A-Za-z0-9_-]*$/);
      }),
    );
  });

  it('gives different texts different anchors', () => {
    const seen = new Set(Array.from({ length: 5000 }, (_, at) => anchor('x', `a/${at}.tf`)));
    expect(seen.size).toBe(5000);
  });
});

describe('HTML: who can read it', () => {
  it('has a language, a title, one main, one first-level heading and landmarks with names', () => {
    expect(all('html')[0]?.attributes['lang']).toBe('en');
    expect(all('title').filter(({ parents }) => !parents.includes('svg'))).toHaveLength(1);
    expect([all('main').length, all('h1').length, all('header').length, all('footer').length]).toEqual([1, 1, 1, 1]);
    expect(all('nav').every(({ attributes }) => attributes['aria-label'] !== undefined)).toBe(true);
    expect(
      all('section').every(
        ({ attributes }) => attributes['aria-label'] !== undefined || attributes['aria-labelledby'] !== undefined,
      ),
    ).toBe(true);
  });

  it('has unique ids, and every reference to one resolves', () => {
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    const known = new Set(ids);
    const references = elements.flatMap(({ attributes }) => [
      ...['aria-labelledby', 'aria-describedby', 'aria-controls', 'for'].flatMap(
        (key) => attributes[key]?.split(' ') ?? [],
      ),
      ...(attributes['href']?.startsWith('#') === true ? [attributes['href'].slice(1)] : []),
      ...[...(attributes['marker-end'] ?? '').matchAll(/url\(#([^)]+)\)/g)].map((match) => match[1]!),
    ]);
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((id) => !known.has(id))).toEqual([]);
  });

  it('never skips a level of headings', () => {
    const levels = elements.filter(({ name }) => /^h[1-6]$/.test(name)).map(({ name }) => Number(name[1]));
    expect(levels.filter((level, at) => at > 0 && level > levels[at - 1]! + 1)).toEqual([]);
  });

  it('names every header cell, control and focusable region', () => {
    expect(all('th').filter(({ attributes }) => attributes['scope'] === undefined)).toEqual([]);
    expect(all('table').length).toBeGreaterThan(5);
    expect([...all('select'), ...all('input')].filter(({ parents }) => !parents.includes('label'))).toEqual([]);
    expect(all('button').filter(({ text }) => text.trim() === '')).toEqual([]);
    expect(
      elements.filter(({ attributes }) => attributes['tabindex'] === '0' && attributes['aria-label'] === undefined),
    ).toEqual([]);
    expect(all('details').length).toBe(all('summary').length);
    expect(
      elements
        .filter(({ attributes, name }) => name === 'a' && attributes['aria-label'] === undefined)
        .filter(({ text }) => text.trim() === ''),
    ).toEqual([]);
  });

  it('tells every state by a word as well as by colour', () => {
    for (const element of elements.filter(({ attributes }) => /\b(?:mark|tally) s-/.test(attributes['class'] ?? '')))
      expect(element.text).toMatch(/held|open|inherited|claimed|not assessed|orphaned/i);
  });

  it.each([
    ['light', 0],
    ['dark', 1],
  ])('has text of at least 4.5 to 1 on its ground in %s', (_name, at) => {
    const block = [...style.matchAll(/:root\{([^}]*--page[^}]*)\}/g)][at]![1]!;
    const colours = Object.fromEntries(
      [...block.matchAll(/--([a-z-]+):(#[0-9a-f]{3,6})/g)].map((match) => [match[1]!, luminance(match[2]!)]),
    );
    const contrast = (a: string, b: string): number =>
      (Math.max(colours[a]!, colours[b]!) + 0.05) / (Math.min(colours[a]!, colours[b]!) + 0.05);
    const pairs = [
      ...['critical', 'high', 'medium', 'low', 'info', 'held', 'inherited', 'claimed', 'unknown', 'orphaned'].flatMap(
        (key) =>
          [
            [key, `${key}-t`],
            [key, 'card'],
          ] as const,
      ),
      ...['page', 'card', 'faint', 'own'].flatMap(
        (ground) =>
          [
            ['ink', ground],
            ['soft', ground],
            ['link', ground],
          ] as const,
      ),
      ...['critical-t', 'high-t', 'medium-t'].flatMap(
        (ground) =>
          [
            ['ink', ground],
            ['soft', ground],
          ] as const,
      ),
    ];
    expect(
      pairs
        .filter(([text, ground]) => contrast(text, ground) < 4.5)
        .map(([text, ground]) => `${text} on ${ground}: ${contrast(text, ground).toFixed(2)}`),
    ).toEqual([]);
  });
});

describe('HTML: what it holds', () => {
  it('puts what needs a decision before everything else', () => {
    const order = all('section').flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(order).toEqual([
      'decisions',
      'posture',
      'workloads',
      'findings',
      'undecided',
      'gaps',
      'controls',
      'glossary',
    ]);
    const decisions = elements.find(({ attributes }) => attributes['id'] === 'decisions')!.text;
    expect(decisions).toContain('Control data.deletion');
    expect(decisions).toContain('Untrusted input reaches private data');
    expect(decisions).toContain('Control identity.least-privilege');
  });

  it('shows 200 findings without the script, and all others with it', () => {
    const shown = (count: number): number =>
      parse(renderHtml(manyFindings(count), sampleContext)).filter(({ name }) => name === 'article').length;
    expect([shown(199), shown(200), shown(201)]).toEqual([199, 200, 200]);
  });

  it('stays usable with 5,000 findings', () => {
    const many = renderHtml(manyFindings(5000), sampleContext);
    expect(many.length).toBeLessThan(16 * 1024 * 1024);
    expect(many).toContain('5,000');
    expect(many).toContain('4,800 more findings are in this file');
  });

  it('draws each box inside the picture with text that fits it', () => {
    const frames = all('rect').filter(({ attributes }) => attributes['class'] === 'frame');
    expect(frames.length).toBeGreaterThan(6);
    const [left, , width, height] = all('svg')[0]!.attributes['viewBox']!.split(' ').map(Number) as [
      number,
      number,
      number,
      number,
    ];
    for (const { attributes } of frames) {
      expect(Number(attributes['x'])).toBeGreaterThanOrEqual(left);
      expect(Number(attributes['x']) + Number(attributes['width'])).toBeLessThanOrEqual(left + width);
      expect(Number(attributes['y']) + Number(attributes['height'])).toBeLessThanOrEqual(height);
    }
  });

  it('tells what belongs to a control once, and leads there from its workloads, findings and decisions', () => {
    const times = (text: string): number => page.split(text).length - 1;
    const responsibilities = [...sampleAssessment.responsibilities];
    expect(responsibilities.length).toBeGreaterThan(5);
    for (const { control } of responsibilities) {
      expect([control, times(`What ${control} asks for.`)]).toEqual([control, 1]);
      const links = all('a').filter(({ attributes }) => attributes['href'] === `#${controlId(control)}`);
      expect(links.length).toBeGreaterThan(0);
    }
    expect(times('AWS patches hosts')).toBe(1);
    expect(times('Prompt Injection')).toBe(1);
    const sources = elements.filter(({ attributes }) => /^s-\d+$/.test(attributes['id'] ?? ''));
    expect(sources.map(({ text }) => text)).toEqual([
      'document docs.example.com/shared?a=1&#38;b=2, read 2026-11-20 1 conflicting source',
      'document docs.example.com/shared?a=1&#38;b=2, read 2026-11-20 expired 1 conflicting source',
    ]);
  });

  it('draws 30 workloads and counts the others in the overview, with every link resolved', () => {
    const estate = parse(renderHtml(manyWorkloads(100), sampleContext));
    const named = (name: string): Element[] => estate.filter((element) => element.name === name);
    const has = (element: Element, name: string): boolean =>
      (element.attributes['class'] ?? '').split(' ').includes(name);
    expect(named('svg')).toHaveLength(30);
    expect(named('table').filter((table) => has(table, 'matrix'))).toHaveLength(30);
    const rows = named('tr').filter(({ attributes }) => attributes['id']?.startsWith('w-') === true);
    expect(rows).toHaveLength(70);
    // Only the last of the hundred has findings: it is drawn with 29 of the others.
    expect(rows.map(({ attributes }) => attributes['id'])).not.toContain('w-w-00000099');
    const known = new Set(estate.flatMap(({ attributes }) => attributes['id'] ?? []));
    const links = estate.flatMap(({ attributes }) => attributes['href'] ?? []).filter((href) => href.startsWith('#'));
    expect(links.filter((href) => !known.has(href.slice(1)))).toEqual([]);
    expect(named('p').some(({ text }) => text.startsWith('The 30 workloads with the most findings follow'))).toBe(true);
  });

  it('grows by less than 2 kB for each workload that is not drawn', () => {
    const size = (count: number): number => renderHtml(manyWorkloads(count), sampleContext).length;
    expect((size(100) - size(50)) / 50).toBeLessThan(2048);
  });

  it('is the same for the same assessment', () => {
    expect(renderHtml(sampleAssessment, sampleContext)).toBe(page);
  });
});

/** The sample's workload so many times; only the last one has the resources, and with them the findings. */
function manyWorkloads(count: number): Assessment {
  const ids = Array.from({ length: count }, (_, at) => `w-${String(at).padStart(8, '0')}`);
  const [like] = sampleAssessment.workloads;
  return {
    ...sampleAssessment,
    workloads: ids.map((id, at) => ({
      ...like!,
      id,
      name: id,
      ...(at === count - 1 ? {} : { resources: [], edges: [] }),
    })),
    responsibilities: mapOf(
      ids.flatMap((workload) => [...sampleAssessment.responsibilities].map((cell) => ({ ...cell, workload }))),
    ),
    posture: {
      ...sampleAssessment.posture!,
      missing: ids.map((workload) => ({ workload, control: 'guardrails.attached', state: 'open' })),
    },
  };
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const full = colour.length === 4 ? colour.slice(1).replace(/./g, '$&$&') : colour.slice(1);
  const [r, g, b] = [0, 2, 4]
    .map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
