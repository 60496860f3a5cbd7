import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manyFindings, mapOf, sampleAssessment, sampleContext } from '../fixtures/sample.ts';
import { codeMarkdown, escapeMarkdown } from './escape-markdown.ts';
import { renderMarkdown } from './markdown.ts';

const text = renderMarkdown(sampleAssessment, sampleContext);

describe('Markdown', () => {
  it('opens with the numbers and lists what needs a decision', () => {
    expect(text).toMatch(
      /^## Demarc: examples\/acme &#60;support&#62;\n\n\*\*1 critical\*\* · \*\*1 high\*\*, 1 accepted\. 1 AI workload, 7 resources, 4 files; 1 check not decided, 2 gaps\./,
    );
    expect(text).toContain(
      '<details><summary><b>Orphaned: nobody holds it</b> (1)</summary>\n\n- Control data.deletion: aws.bedrock: nobody',
    );
    expect(text).toContain('<b>Claimed on both sides</b> (1)');
  });

  it('leaves nothing of a hostile name that Markdown or HTML would read', () => {
    expect(text).not.toMatch(/<script|<!--|@team|(?!\n)\p{Cc}|\p{Cf}/u);
    expect(text).toContain('&#60;/script&#62;');
  });

  it('keeps every table row at the number of cells of its head', () => {
    let cells = 0;
    for (const line of text.split('\n')) {
      const count = line.startsWith('|') ? line.split('|').length : 0;
      if (count > 0 && cells > 0) expect(count, line).toBe(cells);
      cells = count;
    }
  });

  it('closes every details block', () => {
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });

  it('stays within one comment, and says how many findings it left out', () => {
    const rules = Array.from({ length: 400 }, (_, at) => ({
      ...manyFindings(5).findings[0]!,
      fingerprint: `x${at}`,
      rule: `rule.${at}`,
    }));
    const long = renderMarkdown({ ...sampleAssessment, findings: rules }, sampleContext);
    expect(long.length).toBeLessThanOrEqual(65_536);
    expect(long).toMatch(/and \d+ more rules with \d+ findings/);
  });

  it('escapes any text to one line without a live character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const bare = escapeMarkdown(raw).replace(/&#\d+;/g, '');
        expect(bare).not.toMatch(/[\n\r<>"'`*_[\]()|\\@#~!$^=]|:\/\/|www\./);
      }),
    );
    expect(codeMarkdown('a|b`')).toBe('<code>a&#124;b&#96;</code>');
  });

  it('says so when there is nothing', () => {
    const none = renderMarkdown(
      {
        ...sampleAssessment,
        workloads: [],
        findings: [],
        verdicts: [],
        gaps: [],
        responsibilities: mapOf([]),
        summary: { ...sampleAssessment.summary, findings: { critical: 0, high: 0, medium: 0, low: 0, info: 0 } },
      },
      sampleContext,
    );
    expect(none).toContain('No AI workload was found in what was read.');
  });
});
