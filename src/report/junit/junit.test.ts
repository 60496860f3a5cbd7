import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleAssessment, sampleContext } from '../fixtures/sample.ts';
import { escapeXml } from './escape-xml.ts';
import { renderJunit } from './junit.ts';

const text = renderJunit(sampleAssessment, sampleContext);

/** Well-formed for the subset JUnit needs: declaration, elements, quoted attributes, text; no DTD, comment or CDATA. */
function elementsOf(
  xml: string,
): { name: string; attributes: Record<string, string>; parent: string | undefined; text: string }[] {
  const elements: { name: string; attributes: Record<string, string>; parent: string | undefined; text: string }[] = [];
  const open: (typeof elements)[number][] = [];
  const token =
    /<\?xml version="1\.0" encoding="UTF-8"\?>|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new SyntaxError(`not well-formed at ${at}: ${xml.slice(at, at + 80)}`);
    const [, closing, name, attributes, empty, content] = match;
    if (content !== undefined && /&(?!(?:#\d+|amp|lt|gt|quot|apos);)|\]\]>/.test(content))
      throw new SyntaxError(`bad text: ${content}`);
    if (closing !== undefined && open.pop()?.name !== closing) throw new SyntaxError(`unexpected </${closing}>`);
    if (content !== undefined && open.length > 0) open.at(-1)!.text += content;
    if (name === undefined) continue;
    const pairs = [...(attributes ?? '').matchAll(/ ([\w-]+)="([^"]*)"/g)].map((pair) => [pair[1]!, pair[2]!] as const);
    if (new Set(pairs.map(([key]) => key)).size !== pairs.length)
      throw new SyntaxError(`an attribute twice in <${name}>`);
    const element = { name, attributes: Object.fromEntries(pairs), parent: open.at(-1)?.name, text: '' };
    elements.push(element);
    if (empty !== '/') open.push(element);
  }
  if (open.length > 0) throw new SyntaxError(`<${open.at(-1)?.name}> is not closed`);
  return elements;
}

describe('JUnit', () => {
  const elements = elementsOf(text);

  it('is well-formed whatever names contain', () => {
    expect(elements[0]).toMatchObject({
      name: 'testsuites',
      attributes: { tests: '7', failures: '2', errors: '0', skipped: '4' },
    });
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}|[\ufffe\uffff]/u);
    expect(text).not.toContain(']]>');
  });

  it('has counts that agree with its cases', () => {
    const count = (name: string): number => elements.filter((element) => element.name === name).length;
    expect([count('testcase'), count('failure'), count('skipped')]).toEqual([7, 2, 4]);
    const sum = (key: string): number =>
      elements
        .filter(({ name }) => name === 'testsuite')
        .reduce((total, { attributes }) => total + Number(attributes[key]), 0);
    expect([sum('tests'), sum('failures'), sum('skipped')]).toEqual([7, 2, 4]);
  });

  it('fails open verdicts, skips accepted and undecided ones with a reason, passes held ones', () => {
    expect(elements.filter(({ name }) => name === 'failure').map(({ attributes }) => attributes['type'])).toEqual([
      'high',
      'critical',
    ]);
    expect(
      elements.filter(({ name }) => name === 'skipped').map(({ attributes }) => attributes['message']?.slice(0, 24)),
    ).toEqual([
      'accepted: moves away in ',
      'not decided: the address',
      'does not parse as YAML',
      'refers to the module `te',
    ]);
  });

  it('escapes any text so that it can stand in an attribute and in content', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (raw) => void elementsOf(`<a b="${escapeXml(raw)}">${escapeXml(raw)}</a>`),
      ),
    );
    expect(escapeXml('<a b="c">]]>&\u0000\ufffe')).toBe('&#60;a b=&#34;c&#34;&#62;]]&#62;&#38;‹U+0000›');
  });

  it('is the same for the same assessment', () => {
    expect(renderJunit(sampleAssessment, sampleContext)).toBe(text);
  });
});
