/** Random temporal conditions as text, and random runs over the same few tools and values. */
import type { RunEvent } from '../../src/model/access.ts';
import { type Doing, requestFor } from '../../src/decide/temporal/fixtures/run.ts';

/** A small generator of random numbers: one seed, one sequence (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  of<T>(...choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

interface Names {
  /** Names of texts and of numbers that are bound. */
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
}

const noNames: Names = { texts: [], numbers: [] };

/** Writes conditions; most of them are ones that can be kept track of. */
export class ConditionWriter {
  readonly #random: Random;
  #names = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  condition(depth = 3, names: Names = noNames): string {
    const parts = Array.from({ length: this.#random.of(1, 1, 2, 2, 3) }, () => this.#conjunct(depth, names));
    return parts.join(' && ');
  }

  #conjunct(depth: number, names: Names): string {
    const r = this.#random;
    const deep = depth > 0;
    const kind = r.below(deep ? 20 : 6);
    if (kind < 5) return `${r.chance(15) ? '!' : ''}${this.#event(names)}`;
    if (kind < 6) return this.#filter(names) ?? this.#event(names);
    if (kind < 10) return `formerly within ${this.#window()} (${this.condition(depth - 1, names)})`;
    if (kind < 11) return `previous within ${this.#window()} (${this.condition(depth - 1, names)})`;
    if (kind < 14) return this.#since(depth, names);
    if (kind < 16) return this.#exists(depth, names);
    if (kind < 17) return `!(${this.condition(depth - 1, names)})`;
    return this.#aggregate(depth, names);
  }

  #since(depth: number, names: Names): string {
    const r = this.#random;
    if (r.chance(40)) {
      const same = `args.u: ${r.of('context.args.u', 'context.args.u', ...names.texts)}`;
      const left = `Demarc::Action::"*"::${r.of('request', 'response')}{ ${same} }`;
      return `(${r.of('', '', '!')}${left} since within ${this.#window()} ${this.#event(names, same)})`;
    }
    const side = (): string => (r.chance(70) ? this.#event(names) : `(${this.condition(depth - 1, names)})`);
    return `(${r.chance(65) ? '!' : ''}${side()} since within ${this.#window()} ${side()})`;
  }

  #exists(depth: number, names: Names): string {
    const r = this.#random;
    const name = `x${this.#names++}`;
    const isText = r.chance(50);
    const inner = isText
      ? { ...names, texts: [...names.texts, name] }
      : { ...names, numbers: [...names.numbers, name] };
    const event = this.#event(noNames, `${isText ? 'args.u' : 'args.v'}: ${name}`);
    const first = r.chance(30) ? event : `formerly within ${this.#window()} ${event}`;
    return `(exists (${name}: ${isText ? 'String' : 'Long'}). (${first} && ${this.condition(depth - 1, inner)}))`;
  }

  #aggregate(depth: number, names: Names): string {
    const r = this.#random;
    const bound = r.chance(80) ? String(r.below(5)) : 'context.args.v';
    const compare = `${r.of('<', '<=', '>', '>=', '==', '!=')} ${bound}`;
    const name = `k${this.#names++}`;
    const window = this.#window();
    switch (r.below(7)) {
      case 0:
        return `count_within(${window}, ${this.#event(names)}) ${compare}`;
      case 1:
        return `bind(${name}, count_distinct_within(c${name}, ${window}, ${this.#event(names, `args.u: c${name}`)}), ${name} ${compare})`;
      case 2:
        return `sum_within(${name}, ${window}, ${this.#event(names, `args.v: ${name}`)}) ${compare}`;
      case 3:
        return `(count for (${name}: Timepoint). where (formerly within ${window} (${this.condition(depth - 1, names)} && tp(${name})))) ${compare}`;
      case 4:
        return `(sum ${name} for (${name}: Long). where (formerly within ${window} ${this.#event(names, `args.v: ${name}`)} && ${this.condition(depth - 1, names)})) ${compare}`;
      case 5:
        return `count_within(${window}, ${this.#event(names)}) ${r.of('<', '<=', '==')} count_within(${this.#window()}, ${this.#event(names)})`;
      default:
        return `(sum ${name} for (${name}: Long), (t${name}: Timepoint). where (${this.#event(names, `args.v: ${name}`)} && tp(t${name}))) ${compare}`;
    }
  }

  #filter({ numbers, texts }: Names): string | undefined {
    const r = this.#random;
    const [number] = numbers.slice(-1);
    const [text] = texts.slice(-1);
    if (number !== undefined && (text === undefined || r.chance(50)))
      return `${number} ${r.of('<', '<=', '>', '>=', '==', '!=')} ${r.chance(70) ? r.below(4) : 'context.args.v'}`;
    return text === undefined ? undefined : `${text} ${r.of('==', '!=')} ${r.chance(70) ? '"p"' : 'context.args.u'}`;
  }

  #event(names: Names, field?: string): string {
    const r = this.#random;
    const action = r.of('a/x', 'a/x', 'a/y', 'b/z', 'a/*', '*', 'sends');
    const fields = field === undefined ? [] : [field];
    const text = (): string =>
      r.of('"p"', '"q"', 'context.args.u', 'context.args.u', ...names.texts, ...names.texts, '_');
    const number = (): string =>
      r.of('1', '2', 'context.args.v', 'context.args.v', ...names.numbers, ...names.numbers, '*');
    if (r.chance(45) && field?.startsWith('args.u') !== true) fields.push(`${r.of('args', 'input')}.u: ${text()}`);
    if (r.chance(30) && field?.startsWith('args.v') !== true) fields.push(`args.v: ${number()}`);
    if (r.chance(8)) fields.push('output.ok: true');
    if (r.chance(8)) fields.push('callerPrincipal: principal');
    return `Demarc::Action::"${action}"::${r.of('request', 'request', 'response', 'approval')}{ ${fields.join(', ')} }`;
  }

  #window(): string {
    return this.#random.of('1s', '3s', '3s', '1m', '1h');
  }
}

/** What an agent does next. */
export function randomDoing(
  random: Random,
  at: number,
  wild = false,
): { readonly tool: string; readonly doing: Doing } {
  const tool = random.of('a/x', 'a/x', 'a/y', 'b/z');
  return {
    tool,
    doing: {
      at,
      agent: random.of('bot', 'bot', 'other'),
      args: {
        u: random.of('p', 'q', 'r'),
        v: wild && random.chance(20) ? random.of<unknown>('1', true, 0.00001, null) : random.of(0, 1, 2, 3),
      },
      labels: { sendsOut: tool === 'b/z' },
    },
  };
}

export function randomEvent(random: Random, at: number, call: string, wild = false): RunEvent {
  const { tool, doing } = randomDoing(random, at, wild);
  const request = requestFor(tool, doing);
  const kind = random.of<RunEvent['kind']>('request', 'request', 'response', 'approval', 'error');
  if (kind === 'request') return { kind, call, request };
  if (kind === 'approval') return { kind, call, request, timeMs: request.timeMs };
  const result = { structuredContent: { ok: random.chance(50) } };
  return { kind, call, request, result, label: request.label, timeMs: request.timeMs };
}
