import type { Matcher } from './selection.ts';
import { sigmaError } from './sigma-error.ts';

/**
 * Compiles a condition: identifiers, `and`, `or`, `not`, parentheses, `1 of x*`, `all of x*`, `1 of them`, `all of them`
 * (Sigma specification 2.1, "Condition"). `not` binds tightest, then `and`, then `or`.
 *
 * @param selections compiled search identifiers by name; those that start with `_` are not meant by `them`
 * @throws DemarcError `DMC_RULE_INVALID`
 */
export function compileCondition(condition: string, selections: ReadonlyMap<string, Matcher>): Matcher {
  const tokens = condition.match(/[()]|[^\s()]+/g) ?? [];
  const parser = new ConditionParser(tokens, selections);
  return parser.whole();
}

const depthMax = 64;

class ConditionParser {
  #at = 0;
  #depth = 0;
  readonly #tokens: readonly string[];
  readonly #selections: ReadonlyMap<string, Matcher>;

  constructor(tokens: readonly string[], selections: ReadonlyMap<string, Matcher>) {
    this.#tokens = tokens;
    this.#selections = selections;
  }

  whole(): Matcher {
    const matcher = this.#or();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw sigmaError(`the condition does not end where \`${rest}\` begins`);
    return matcher;
  }

  #or(): Matcher {
    const parts = [this.#and()];
    while (this.#takes('or')) parts.push(this.#and());
    return parts.length === 1 ? (parts[0] ?? never) : (event) => parts.some((matches) => matches(event));
  }

  #and(): Matcher {
    const parts = [this.#not()];
    while (this.#takes('and')) parts.push(this.#not());
    return parts.length === 1 ? (parts[0] ?? never) : (event) => parts.every((matches) => matches(event));
  }

  #not(): Matcher {
    if (++this.#depth > depthMax) throw sigmaError('the condition is nested too deep');
    try {
      if (!this.#takes('not')) return this.#atom();
      const inner = this.#not();
      return (event) => !inner(event);
    } finally {
      this.#depth--;
    }
  }

  #atom(): Matcher {
    if (this.#takes('(')) {
      const inner = this.#or();
      if (!this.#takes(')')) throw sigmaError('a parenthesis of the condition is not closed');
      return inner;
    }
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw sigmaError('the condition ends too early');
    if ((token === '1' || token.toLowerCase() === 'any' || token.toLowerCase() === 'all') && this.#takes('of'))
      return this.#quantified(token.toLowerCase() === 'all');
    const selection = this.#selections.get(token);
    if (selection === undefined)
      throw sigmaError(`the condition names \`${token}\`, which the detection does not have`);
    return selection;
  }

  #quantified(all: boolean): Matcher {
    const pattern = this.#tokens[this.#at++] ?? '';
    const names = [...this.#selections.keys()].filter((name) =>
      pattern === 'them' ? !name.startsWith('_') : globMatches(pattern, name),
    );
    if (names.length === 0) throw sigmaError(`no selection fits \`${pattern}\` of the condition`);
    const parts = names.map((name) => this.#selections.get(name) ?? never);
    return all
      ? (event) => parts.every((matches) => matches(event))
      : (event) => parts.some((matches) => matches(event));
  }

  #takes(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }
}

const never: Matcher = () => false;

function globMatches(pattern: string, name: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  return (
    rest.length === 1 && name.length >= pattern.length - 1 && name.startsWith(head) && name.endsWith(rest[0] ?? '')
  );
}
