import { TemporalParser } from './parse.ts';
import { Source, type Token, tokensOf } from './source.ts';
import { standardMacros } from './standard-macros.ts';
import type { Macro } from './syntax.ts';
import { once } from '../../base/once.ts';

export type Macros = ReadonlyMap<string, Macro>;

const reserved: ReadonlySet<string> = new Set(
  'decimal datetime duration ip let in where for sum count tp formerly previous since exists true false'.split(' '),
);

/**
 * Reads `def temporal name(?a, …) { … };`.
 *
 * @param first index of the `def`
 * @returns the macro, and the index of the token after its semicolon
 * @throws DemarcError
 */
export function parseMacro(tokens: readonly Token[], first: number, source: Source): { macro: Macro; end: number } {
  const at = tokens[first]?.at ?? 0;
  const text = (ahead: number): string => tokens[first + ahead]?.text ?? '';
  if (text(1) === 'cedar')
    throw source.error(at, '`def cedar` is not supported', 'write the expression where it is used');
  if (text(1) !== 'temporal')
    throw source.error(at, 'a `def` defines no `temporal` macro', '`def temporal name(?a) { … };`');
  const name = text(2);
  if (tokens[first + 2]?.kind !== 'name' || reserved.has(name))
    throw source.error(at, `\`${name}\` cannot be the name of a macro`);
  const parameters: string[] = [];
  let next = first + 3;
  const here = (ahead = 0): Token | undefined => tokens[next + ahead];
  const expect = (symbol: string): void => {
    if (here()?.text !== symbol || here()?.kind !== 'symbol')
      throw source.error(
        here()?.at ?? at,
        `expected \`${symbol}\` in the macro \`${name}\`, found \`${here()?.text}\``,
      );
    next++;
  };
  expect('(');
  while (here()?.text !== ')') {
    expect('?');
    const parameter = here()?.text ?? '';
    if (here()?.kind !== 'name' || parameters.includes(parameter))
      throw source.error(here()?.at ?? at, `\`${parameter}\` cannot be a parameter of \`${name}\``);
    parameters.push(parameter);
    next++;
    if (here()?.text !== ')') expect(',');
  }
  expect(')');
  expect('{');
  const { condition, end } = new TemporalParser(tokens, next, source).block();
  next = end;
  expect('}');
  expect(';');
  return { macro: { name, parameters, body: condition }, end: next };
}

/** The standard library. */
export const libraryMacros: () => Macros = once(() => {
  const source = new Source('the standard macros', standardMacros);
  const tokens = tokensOf(standardMacros);
  const macros = new Map<string, Macro>();
  for (let next = 0; tokens[next]?.kind !== 'end'; ) {
    const { macro, end } = parseMacro(tokens, next, source);
    macros.set(macro.name, macro);
    next = end;
  }
  return macros;
});
