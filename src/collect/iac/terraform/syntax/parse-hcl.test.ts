import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../base/limits.ts';
import type { Expression, Step } from './ast.ts';
import { parseExpression, parseHcl, parseTemplate } from './parse-hcl.ts';

/** What HCL's own parser (hclsyntax 2.24) makes of an expression, as text; null for a syntax error. */
const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/hcl-expressions.json', import.meta.url), 'utf8'),
) as readonly { readonly text: string; readonly tree: string | null }[];

function treeOf(e: Expression): string {
  switch (e.kind) {
    case 'literal':
      return JSON.stringify(e.value);
    case 'template':
      return partsOf(e.parts);
    case 'template-if':
    case 'conditional':
      return `(? ${treeOf(e.condition)} ${treeOf(e.whenTrue)} ${treeOf(e.whenFalse)})`;
    case 'template-for':
      return `(tfor ${e.key ?? ''} ${e.item} ${treeOf(e.collection)} ${treeOf(e.body)})`;
    case 'traversal':
      return stepsOf(`(v ${e.root})`, e.steps);
    case 'access':
      return stepsOf(treeOf(e.object), [e.step]);
    case 'splat':
      return `(splat ${treeOf(e.object)} ${treeOf(e.each)})`;
    case 'item':
      return '(item)';
    case 'call':
      return `(call ${e.name}${e.args.map((arg) => ` ${treeOf(arg)}`).join('')}${e.spread ? ' ...' : ''})`;
    case 'unary':
      return `(${e.operator}u ${treeOf(e.operand)})`;
    case 'binary':
      return `(${e.operator} ${treeOf(e.left)} ${treeOf(e.right)})`;
    case 'tuple':
      return `([${e.items.map((item) => ` ${treeOf(item)}`).join('')})`;
    case 'object':
      return `({${e.entries.map(({ key, value }) => ` ${treeOf(key)} ${treeOf(value)}`).join('')})`;
    case 'for': {
      const key = e.resultKey === undefined ? '_' : treeOf(e.resultKey);
      const condition = e.condition === undefined ? '' : ` if ${treeOf(e.condition)}`;
      return `(for ${e.keyName ?? ''} ${e.itemName} ${treeOf(e.collection)} ${key} ${treeOf(e.result)}${e.grouped ? ' ...' : ''}${condition})`;
    }
  }
}

function stepsOf(start: string, steps: readonly Step[]): string {
  return steps.reduce<string>(
    (tree, step) => `(s ${tree} ${typeof step === 'object' ? treeOf(step) : JSON.stringify(step)})`,
    start,
  );
}

function partsOf(parts: readonly Expression[]): string {
  return parts.length === 1 && parts[0] !== undefined ? treeOf(parts[0]) : `(t ${parts.map(treeOf).join(' ')})`;
}

describe('parseHcl', () => {
  it.each(vectors)('reads `$text` as HCL itself does', ({ text, tree }) => {
    const { body, gaps } = parseHcl(`x = ${text}\n`, 'a.tf');
    if (tree === null) {
      expect(gaps).toHaveLength(1);
      return;
    }
    expect(gaps).toEqual([]);
    const expression = body.attribute('x')?.expression;
    expect(expression === undefined ? '' : treeOf(expression)).toBe(tree);
  });

  it('knows where every block, attribute and expression stands', () => {
    const { body } = parseHcl(
      '# c\nresource "a" "b" {\n\tx = 1 + y\n  nested {\n    z = [\n      f("a", <<EOT\nl1\nl2\nEOT\n      ),\n      w\n    ]\n  }\n}\n',
      'a.tf',
    );
    const block = body.blocks[0];
    expect(block).toMatchObject({ type: 'resource', labels: ['a', 'b'], line: 2, column: 1 });
    expect(block?.body.attribute('x')).toMatchObject({
      line: 3,
      column: 2,
      expression: { line: 3, column: 6, right: { line: 3, column: 10 } },
    });
    expect(block?.body.blocks[0]).toMatchObject({ line: 4, column: 3 });
    expect(block?.body.blocks[0]?.body.attribute('z')?.expression).toMatchObject({
      line: 5,
      column: 9,
      items: [
        {
          line: 6,
          column: 7,
          args: [
            { line: 6, column: 9 },
            { line: 6, column: 14, value: 'l1\nl2\n' },
          ],
        },
        { line: 11, column: 7 },
      ],
    });
  });

  it('reads carriage returns, one-line blocks, bare labels and comments of every kind', () => {
    const { body, gaps } = parseHcl(
      'a b "c" { x = 1 }\r\n/* m\r\n */ d = "e" # f\r\n// g\r\nh = <<-E\r\n  i\r\n  E\r\nj {}',
      'a.tf',
    );
    expect(gaps).toEqual([]);
    expect(body.blocks.map(({ type, labels }) => [type, ...labels])).toEqual([['a', 'b', 'c'], ['j']]);
    expect(body.attribute('d')?.expression).toMatchObject({ value: 'e', line: 3, column: 9 });
    expect(body.attribute('h')?.expression).toMatchObject({ value: 'i\n' });
  });

  it('leaves out a block with a syntax error, says where it stands, and reads on', () => {
    const text =
      'resource "a" "ok" {}\nresource "a" "bad" {\n  x = [1,\n  y = 2\n}\nresource "a" "next" {\n  z = 3\n}\n';
    const { body, gaps } = parseHcl(text, 'm/a.tf');
    expect(body.blocks.map(({ labels }) => labels[1])).toEqual(['ok', 'next']);
    expect(gaps).toEqual([
      { kind: 'syntax', reason: 'not valid HCL: `]` is expected', location: { file: 'm/a.tf', line: 4, column: 5 } },
    ]);
  });

  it.each([
    ['an unterminated heredoc', 'x = <<EOT\nresource "a" "b" {\n', 'the heredoc `EOT` is not closed'],
    ['an unterminated string', 'x = "a\n', 'a string must not span lines'],
    ['an unterminated comment', 'x = 1 /* a', 'a comment is not closed'],
    ['an unterminated block', 'a {\n x = 1\n', 'a block is not closed'],
    ['an attribute set twice', 'x = 1\nx = 2\n', '`x` is set twice'],
    ['an interpolated label', 'a "${b}" {}\n', 'a label must be plain text'],
  ])('reports %s', (_, text, reason) => {
    expect(parseHcl(text, 'a.tf').gaps[0]?.reason).toBe(`not valid HCL: ${reason}`);
  });

  it.each([
    ['lists', (n: number) => `x = ${'['.repeat(n)}${']'.repeat(n)}`],
    ['parentheses', (n: number) => `x = ${'('.repeat(n)}1${')'.repeat(n)}`],
    ['operators', (n: number) => `x = ${'!'.repeat(n)}a`],
    ['templates', (n: number) => `x = ${'"${'.repeat(n)}1${'}"'.repeat(n)}`],
    ['splats', (n: number) => `x = a${'[*]'.repeat(n)}`],
    ['blocks', (n: number) => `${'a {\n'.repeat(n)}${'}\n'.repeat(n)}`],
  ])('reads %s to the nesting limit and reports what is deeper', (_, make) => {
    const within = limits.nestingDepthMax - 2;
    expect(parseHcl(make(within), 'a.tf').gaps).toEqual([]);
    expect(parseHcl(make(limits.nestingDepthMax + 2), 'a.tf').gaps[0]?.kind).toBe('too-large');
    expect(parseHcl(make(200_000), 'a.tf').gaps[0]?.kind).toBe('too-large');
  });

  it('stops at the limit of errors in one file and says so', () => {
    const { gaps } = parseHcl('resource "a" "b" {\n  x = = 1\n}\n'.repeat(1000), 'a.tf');
    expect(gaps).toHaveLength(limits.gapsPerFileMax);
    expect(gaps.at(-1)).toMatchObject({ kind: 'too-large' });
  });

  it('never throws, whatever the text', () => {
    const fragment = fc.constantFrom(
      'resource "a" "b" {\n',
      '}\n',
      'x = ',
      '"',
      '${',
      '%{ if ',
      '~}',
      '<<-EOT\n',
      'EOT\n',
      '[',
      ']',
      '(',
      ')',
      'for k, v in ',
      ' : ',
      ' ? ',
      '...',
      '.*',
      '[*]',
      '&&',
      '-',
      '!',
      '/*',
      '*/',
      '#',
      '\n',
      'a',
      '1e',
      '\\u12',
      '\0',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
        ),
        (text) => {
          const { gaps } = parseHcl(text, 'a.tf');
          for (const { location } of gaps) expect(Math.min(location.line, location.column)).toBeGreaterThan(0);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('finds each attribute of a long body by its name in constant time', () => {
    const { body } = parseHcl(Array.from({ length: 50_000 }, (_, index) => `a${index} = ${index}\n`).join(''), 'a.tf');
    for (let index = 0; index < 50_000; index++) expect(body.attribute(`a${index}`)?.line).toBe(index + 1);
  });
});

describe('parseTemplate', () => {
  it('reads a whole file with directives, places counted from where it stands', () => {
    expect(treeOf(parseTemplate('a ${b}\n%{ for x in y ~}\n  ${x}\n%{ endfor ~}\nend'))).toBe(
      '(t "a " (v b) "\\n" (tfor  x (v y) (t "  " (v x) "\\n")) "end")',
    );
    expect(parseTemplate('${a}', { line: 7, column: 3 })).toMatchObject({ kind: 'traversal', line: 7, column: 5 });
  });
});

describe('parseExpression', () => {
  it('reads one expression and refuses more', () => {
    expect(treeOf(parseExpression('object({ a = optional(string, "x") })'))).toBe(
      '(call object ({ "a" (call optional (v string) "x")))',
    );
    expect(() => parseExpression('a b')).toThrow('more than one expression');
  });
});
