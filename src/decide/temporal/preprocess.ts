import { limits } from '../../base/limits.ts';
import { checkFormula } from './check.ts';
import { checkNames } from './check-names.ts';
import { expand } from './expand.ts';
import type { Formula } from './formula.ts';
import { libraryMacros, type Macros, parseMacro } from './macros.ts';
import { TemporalParser } from './parse.ts';
import { Source, stringOf, type Token, tokensOf } from './source.ts';
import type { WrittenCondition } from './syntax.ts';

/** A temporal condition of a policy. */
export interface TemporalCondition {
  /** Cedar sees it as the boolean `context.temporal.<name>`. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** The `@id` of its policy. */
  readonly policy: string | undefined;
  /** What it counts as when it cannot be told: what keeps a permit from permitting, and lets a forbid forbid. */
  readonly unknownAs: boolean;
  /** Ids of the actions in the policy's scope; undefined for any. */
  readonly actions: readonly string[] | undefined;
  readonly formula: Formula;
  /** For messages about parts of the formula. */
  readonly source: Source;
}

export interface Preprocessed {
  /** Plain Cedar, with every line where it was. */
  readonly cedar: string;
  readonly conditions: readonly TemporalCondition[];
}

/**
 * Takes the temporal blocks and macros out of a file of policies: `when temporal { … }` becomes
 * `when { context.temporal.<name> }`, where the name is the policy's `@id`, or else the file and the policy's number in it.
 *
 * @throws DemarcError `DMC_TEMPORAL` with file and line
 */
export function preprocess(file: string, text: string): Preprocessed {
  // An escape may spell any word.
  if (!/\b(?:temporal|def|guardrails)\b|\\[ux]/.test(text)) return { cedar: text, conditions: [] };
  return new Preprocessor(new Source(file, text)).run();
}

interface Block {
  readonly policy: PolicyHead;
  readonly clause: 'when' | 'unless';
  readonly condition: WrittenCondition;
  readonly at: number;
  readonly end: number;
}

interface PolicyHead {
  readonly number: number;
  id: string | undefined;
  effect: string;
  actions: readonly string[] | undefined;
  conditions: number;
}

class Preprocessor {
  readonly #source: Source;
  readonly #tokens: readonly Token[];
  readonly #blocks: Block[] = [];
  readonly #macros = new Map<string, ReturnType<typeof parseMacro>['macro']>();
  readonly #blanked: (readonly [number, number])[] = [];
  #next = 0;
  #policies = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#tokens = tokensOf(source.text);
  }

  run(): Preprocessed {
    while (this.#token.kind !== 'end') {
      if (this.#is('def') && this.#at(1).kind === 'name') this.#macro();
      else this.#policy();
    }
    const macros: Macros = new Map([...libraryMacros(), ...this.#macros]);
    const { text } = this.#source;
    let cedar = '';
    let from = 0;
    const conditions: TemporalCondition[] = [];
    const replace = (at: number, end: number, replacement: string): void => {
      cedar += text.slice(from, at) + replacement;
      from = end;
    };
    const edits = [...this.#blocks.map((block) => [block.at, block.end, block] as const), ...this.#blanked];
    for (const [at, end, block] of edits.sort((a, b) => a[0] - b[0])) {
      const original = text.slice(at, end);
      if (block === undefined) replace(at, end, original.replace(/[^\n]/g, ' '));
      else {
        const condition = this.#condition(block, macros);
        conditions.push(condition);
        replace(at, end, standIn(condition.name, original));
      }
    }
    return { cedar: cedar + text.slice(from), conditions };
  }

  #condition({ policy, clause, condition, at }: Block, macros: Macros): TemporalCondition {
    const formula = expand(condition, macros, this.#source);
    checkFormula(formula, this.#source);
    const [problem] = checkNames(formula);
    if (problem !== undefined) throw this.#source.error(problem.at, problem.message, problem.hint);
    policy.conditions++;
    const base = nameFrom(policy.id ?? `${this.#source.file}_${policy.number}`);
    return {
      name: policy.conditions === 1 ? base : `${base}_${policy.conditions}`,
      file: this.#source.file,
      line: this.#source.lineAt(at),
      policy: policy.id,
      unknownAs: (policy.effect === 'forbid') === (clause === 'when'),
      actions: policy.actions,
      formula,
      source: this.#source,
    };
  }

  #macro(): void {
    const { at } = this.#token;
    const { macro, end } = parseMacro(this.#tokens, this.#next, this.#source);
    if (this.#macros.has(macro.name)) throw this.#source.error(at, `the macro \`${macro.name}\` is defined twice`);
    this.#macros.set(macro.name, macro);
    this.#next = end;
    this.#blanked.push([at, this.#at(-1).at + 1]);
  }

  /** One policy up to its semicolon. What is no policy is left for Cedar to refuse. */
  #policy(): void {
    const policy: PolicyHead = {
      number: ++this.#policies,
      id: undefined,
      effect: '',
      actions: undefined,
      conditions: 0,
    };
    while (this.#token.kind !== 'end' && !this.#is(';')) {
      if (this.#is('@')) this.#annotation(policy);
      else if (this.#is('permit') || this.#is('forbid')) {
        policy.effect = this.#token.text;
        this.#next++;
        if (this.#is('(')) policy.actions = this.#scope();
      } else if (this.#is('when') || this.#is('unless')) this.#clause(policy);
      else {
        this.#refuseInline();
        this.#next++;
      }
    }
    this.#next++;
  }

  #annotation(policy: PolicyHead): void {
    const isId = this.#at(1).text === 'id' && this.#at(2).text === '(' && this.#at(3).kind === 'string';
    if (isId) policy.id = stringOf(this.#at(3), this.#source);
    this.#next += this.#at(2).text === '(' ? 5 : 2;
  }

  /** Skips the scope; the ids of actions that it names. */
  #scope(): readonly string[] | undefined {
    const first = this.#next;
    this.#skipBraces('(', ')');
    const scope = this.#tokens.slice(first, this.#next);
    const action = scope.findIndex(
      ({ text }, at) => text === 'action' && ['(', ','].includes(scope[at - 1]?.text ?? ''),
    );
    if (action < 0 || !['==', 'in'].includes(scope[action + 1]?.text ?? '')) return undefined;
    const rest = scope.slice(action + 2);
    const isList = rest[0]?.text === '[';
    const end = rest.findIndex(
      ({ text, kind }) => kind === 'symbol' && (isList ? text === ']' : text === ',' || text === ')'),
    );
    return rest
      .slice(0, end)
      .filter(({ kind }) => kind === 'string')
      .map((token) => stringOf(token, this.#source));
  }

  #clause(policy: PolicyHead): void {
    const clause = this.#token.text as 'when' | 'unless';
    this.#next++;
    if (this.#is('guardrails') && this.#at(1).text === '{')
      throw this.#source.error(
        this.#token.at,
        '`guardrails { … }` is not supported',
        'what a guard finds is a fact of the request: see docs/guide/temporal.md',
      );
    if (!this.#is('temporal') || this.#at(1).text !== '{') {
      if (this.#is('{')) this.#skipBraces('{', '}');
      return;
    }
    const { at } = this.#token;
    if (policy.effect === '')
      throw this.#source.error(at, 'a temporal block belongs to neither a `permit` nor a `forbid`');
    const { condition, end } = new TemporalParser(this.#tokens, this.#next + 2, this.#source).block();
    this.#next = end + 1;
    this.#blocks.push({ policy, clause, condition, at, end: this.#at(-1).at + 1 });
  }

  #skipBraces(open: string, close: string): void {
    let depth = 0;
    do {
      if (this.#is(open)) depth++;
      if (this.#is(close)) depth--;
      this.#refuseInline();
      this.#next++;
    } while (depth > 0 && this.#token.kind !== 'end');
  }

  #refuseInline(): void {
    if (this.#isNamedByHand())
      throw this.#source.error(
        this.#token.at,
        '`context.temporal` is named by hand',
        'write the block again as `when temporal { … }`: conditions that mean the same share what is kept',
      );
    if (this.#is('temporal') && this.#at(1).text === '{' && this.#at(-1).text !== '.')
      throw this.#source.error(
        this.#token.at,
        'a temporal block stands inside of an expression',
        'make it a clause of its own: `when { … } when temporal { … }`; write one policy for each alternative',
      );
  }

  /** Whether `context.temporal` is read here, in whatever way Cedar lets it be written. */
  #isNamedByHand(): boolean {
    const isIndex = this.#token.kind === 'string' && this.#at(-1).text === '[' && this.#at(1).text === ']';
    if (!isIndex && !(this.#is('temporal') && this.#at(-1).text === '.')) return false;
    let holder = -2;
    while (this.#at(holder).text === ')') holder--;
    return this.#at(holder).text === 'context' && (!isIndex || stringOf(this.#token, this.#source) === 'temporal');
  }

  #is(text: string): boolean {
    return this.#token.text === text && this.#token.kind !== 'string';
  }

  get #token(): Token {
    return this.#at(0);
  }

  #at(ahead: number): Token {
    return this.#tokens[this.#next + ahead] ?? { kind: 'end', text: '', at: this.#source.text.length };
  }
}

/** Plain Cedar in place of a block, over as many lines, the last of which ends in the same column. */
function standIn(name: string, original: string): string {
  const text = `{ context.temporal.${name}`;
  const lines = original.split('\n');
  if (lines.length === 1) return `${text.padEnd(original.length - 2)} }`;
  return `${text}${'\n'.repeat(lines.length - 1)}${' '.repeat((lines.at(-1)?.length ?? 1) - 1)}}`;
}

const reserved: ReadonlySet<string> = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
  '__cedar',
]);

function nameFrom(id: string): string {
  const name = id.replace(/[^A-Za-z0-9_]/g, '_').slice(0, limits.identifierLengthMax);
  return /^\d|^$/.test(name) || reserved.has(name) ? `policy_${name}` : name;
}
