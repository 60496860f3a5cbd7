import { didYouMean } from '../../base/closest.ts';
import { eventFacts, type FactType, requestFacts } from './facts.ts';
import {
  type Aggregate,
  type EventPattern,
  type Formula,
  freeNames,
  type Term,
  type Variable,
  within,
} from './formula.ts';
import type { TemporalCondition } from './preprocess.ts';
import type { Value } from './value.ts';
import { actionGroups, getPromptAction, readResourceAction } from '../schema/vocabulary.ts';

/** The type of a JSON value as the schema of policies has it. */
export interface Shape {
  readonly kind: string;
  readonly fields?: ReadonlyMap<string, { readonly type: Shape | undefined }>;
  /** Whether there may be fields that are not named. */
  readonly open?: boolean;
}

/** The tools that conditions may name, by `server/tool`; the schema generated from `tools/list` is one. */
export interface KnownTools {
  readonly tools: ReadonlyMap<string, { readonly input: Shape; readonly output: Shape }>;
}

export interface NameProblem {
  readonly at: number;
  readonly message: string;
  readonly hint?: string;
}

/** A problem with its place, as other problems of a policy set. */
export interface ConditionProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly hint?: string;
}

/** What of the conditions of a set does not fit the tools: names that nothing has, values that are never of one type. */
export function checkConditions(conditions: readonly TemporalCondition[], known: KnownTools): ConditionProblem[] {
  return conditions.flatMap(({ formula, actions, file, source }) =>
    checkNames(formula, actions, known).map(({ at, ...problem }) => ({ file, line: source.lineAt(at), ...problem })),
  );
}

/** As `checkConditions`, for one formula. Without the tools, what every call has is checked. */
export function checkNames(formula: Formula, scope?: readonly string[], known?: KnownTools): NameProblem[] {
  return new NameCheck(scope, known).run(formula);
}

type Type = FactType | 'Timepoint';

const declared: ReadonlyMap<string, Type> = new Map([
  ['String', 'String'],
  ['Long', 'Long'],
  ['decimal', 'Long'],
  ['Bool', 'Boolean'],
  ['Boolean', 'Boolean'],
  ['Timepoint', 'Timepoint'],
  ['Any', 'Any'],
]);
const shapeTypes: ReadonlyMap<string, Type> = new Map([
  ['String', 'String'],
  ['Long', 'Long'],
  ['decimal', 'Long'],
  ['Boolean', 'Boolean'],
  ['datetime', 'String'],
  ['date', 'String'],
  ['ipaddr', 'String'],
]);
const valueTypes: Readonly<Record<string, Type>> = {
  s: 'String',
  S: 'String',
  n: 'Long',
  f: 'Long',
  b: 'Boolean',
  e: 'Entity',
};

class NameCheck {
  readonly #problems: NameProblem[] = [];
  readonly #scope: readonly string[] | undefined;
  readonly #known: KnownTools | undefined;

  constructor(scope: readonly string[] | undefined, known: KnownTools | undefined) {
    this.#scope = scope;
    this.#known = known;
  }

  run(formula: Formula): NameProblem[] {
    for (const part of within(formula)) this.#part(part);
    for (const path of freeNames(formula)) this.#fact(path, formula.at);
    return this.#problems;
  }

  #say(at: number, message: string, hint?: string): void {
    if (!this.#problems.some((problem) => problem.message === message))
      this.#problems.push({ at, message, ...(hint === undefined ? {} : { hint }) });
  }

  #part(part: Formula): void {
    switch (part.kind) {
      case 'event':
        return this.#event(part);
      case 'exists':
        return this.#declaration(part.variable, part.at);
      case 'timepoint':
        return this.#agree(typeOfVariable(part.variable), 'Timepoint', part.at, `\`${part.variable.name}\``, '`tp(…)`');
      case 'compare':
        for (const term of [part.left, part.right])
          if (term.kind === 'aggregate') this.#aggregate(term.aggregate, part.at);
        return this.#compare(part);
      case 'and':
      case 'not':
      case 'formerly':
      case 'previous':
      case 'since':
    }
  }

  #aggregate({ variables, sum }: Aggregate, at: number): void {
    for (const variable of variables) this.#declaration(variable, at);
    if (sum !== undefined) this.#agree(typeOfVariable(sum), 'Long', at, `\`${sum.name}\``, 'a sum');
  }

  #declaration({ type, name }: Variable, at: number): void {
    if (!declared.has(type) && !type.includes('::'))
      this.#say(
        at,
        `\`${type}\`, the type of \`${name}\`, does not exist`,
        `one of ${[...declared.keys()].join(', ')}`,
      );
  }

  #event(pattern: EventPattern): void {
    const tools = this.#toolsOf(pattern);
    for (const { path, term, at } of pattern.fields) {
      const type = this.#fieldType(pattern, path, tools, at);
      this.#agree(type, this.#typeOf(term), at, `\`${path.join('.')}\``, 'what it is matched with');
    }
  }

  /** Ids of the tools that a pattern may mean; undefined where they are not known. */
  #toolsOf({ action, at }: EventPattern): readonly string[] | undefined {
    if (this.#known === undefined) return undefined;
    const ids = [...this.#known.tools.keys()];
    if (this.#known.tools.has(action)) return [action];
    if (action === '*' || actionGroups.some((group) => group === action)) return ids;
    if (action === readResourceAction || action === getPromptAction) return [];
    const ofServer = action.endsWith('/*') ? ids.filter((id) => id.startsWith(action.slice(0, -1))) : [];
    if (ofServer.length > 0) return ofServer;
    this.#say(at, `there is no action \`${action}\``, didYouMean(action, [...ids, ...actionGroups]));
    return undefined;
  }

  #fieldType({ event }: EventPattern, path: readonly string[], tools: readonly string[] | undefined, at: number): Type {
    const [root = '', ...rest] = path;
    const name = path.join('.');
    if (root === 'args' && rest.length > 0) return this.#inTools('input', rest, tools, at);
    if (root === 'output' && rest.length > 0) {
      if (event === 'response') return this.#inTools('output', rest, tools, at);
      this.#say(at, `a \`${event}\` has no \`${name}\``, 'only a `response` has an output');
      return 'Any';
    }
    const fact = eventFacts.get(name);
    if (fact === undefined) {
      this.#say(at, `events have no field \`${name}\``, didYouMean(name, eventFacts.keys()));
    }
    return fact?.type ?? 'Any';
  }

  #fact(path: string, at: number): void {
    if (requestFacts.has(path)) return;
    if (!path.startsWith('context.args.')) {
      return this.#say(at, `the request has no \`${path}\``, didYouMean(path, requestFacts.keys()));
    }
    this.#factType(path, at);
  }

  #factType(path: string, at?: number): Type {
    const fact = requestFacts.get(path);
    if (fact !== undefined || this.#known === undefined) return fact?.type ?? 'Any';
    const { tools } = this.#known;
    const scoped = this.#scope?.filter((id) => tools.has(id));
    const isExact = scoped !== undefined && scoped.length > 0 && scoped.length === this.#scope?.length;
    const ids = isExact ? scoped : [...tools.keys()];
    const names = path.split('.').slice(2);
    const missing = isExact ? ids.find((id) => typeAt(tools.get(id)?.input, names) === undefined) : undefined;
    if (missing !== undefined && at !== undefined)
      this.#say(
        at,
        `the tool \`${missing}\` has no argument \`${names.join('.')}\`, which the condition takes from the request`,
      );
    return missing === undefined ? this.#inTools('input', names, ids, at) : 'Any';
  }

  /** The type that the field has in all tools that have it. */
  #inTools(side: 'input' | 'output', path: readonly string[], ids: readonly string[] | undefined, at?: number): Type {
    if (ids === undefined || ids.length === 0) return 'Any';
    const types = new Set(ids.flatMap((id) => typeAt(this.#known?.tools.get(id)?.[side], path) ?? []));
    if (types.size === 0 && at !== undefined)
      this.#say(
        at,
        `no tool that is meant has \`${path.join('.')}\` in its ${side === 'input' ? 'arguments' : 'results'}`,
      );
    const [only] = types;
    return types.size === 1 && only !== undefined ? only : 'Any';
  }

  #compare({ operator, left, right, at }: Extract<Formula, { kind: 'compare' }>): void {
    const [a, b] = [this.#typeOf(left), this.#typeOf(right)];
    if (operator === '==' || operator === '!=') return this.#agree(a, b, at, 'one side', 'the other');
    for (const type of [a, b]) this.#agree(type, 'Long', at, 'one side', `\`${operator}\``);
  }

  #typeOf(term: Term): Type {
    switch (term.kind) {
      case 'value':
        return typeOfValue(term.value);
      case 'fact':
        return this.#factType(term.path);
      case 'variable':
        return typeOfVariable(term.variable);
      case 'aggregate':
        return 'Long';
    }
  }

  #agree(left: Type, right: Type, at: number, what: string, other: string): void {
    if (left === 'Any' || right === 'Any' || left === right) return;
    this.#say(at, `${what} is of type ${left} and ${other} of type ${right}`, 'the condition could never be told');
  }
}

const typeOfValue = (value: Value): Type => valueTypes[value.slice(0, 1)] ?? 'Any';
const typeOfVariable = ({ type }: Variable): Type => declared.get(type) ?? (type.includes('::') ? 'Entity' : 'Any');

/** @returns undefined where there is no such field */
function typeAt(shape: Shape | undefined, path: readonly string[]): Type | undefined {
  const [first, ...rest] = path;
  if (shape === undefined) return 'Any';
  if (first === undefined) return shapeTypes.get(shape.kind) ?? 'Any';
  const field = shape.fields?.get(first);
  if (field !== undefined) return field.type === undefined ? 'Any' : typeAt(field.type, rest);
  return shape.open === true ? 'Any' : undefined;
}
