import { DemarcError } from '../../base/errors.ts';
import { conjuncts, type Formula, freeNames, freeNamesOfAggregate, nameOf, type Term, within } from './formula.ts';
import { Source } from './source.ts';

/**
 * Whether a condition can be told from what is kept of the past: the safe-range rules of Dogwood (formal specification 5.4,
 * read 2026-11-28), by which every variable takes its values from an event before anything filters by it. Inside of a
 * temporal operator they hold for facts of the request as well: what is kept is kept before there is a request, so an event
 * has to name a fact (`args.id: context.args.id`) before a comparison or a negation may use it.
 *
 * @throws DemarcError at the first part that cannot
 */
export function checkFormula(formula: Formula, source: Source): void {
  const check = new Check(source);
  for (const part of conjuncts(formula)) check.seesEvents(part, 'this part of the condition');
  check.chain(formula, new Set(freeNames(formula)));
}

type Known = ReadonlySet<string>;

class Check {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  seesEvents(formula: Formula, what: string): void {
    for (const part of within(formula)) if (part.kind === 'event' || part.kind === 'timepoint') return;
    throw this.#source.error(
      formula.at,
      `${what} looks at no event, so history does not matter to it`,
      'put it into a `when { … }` clause',
    );
  }

  /** @returns what is known after the formula, when `known` is before it */
  chain(formula: Formula, known: Known): Set<string> {
    const after = new Set(known);
    for (const part of conjuncts(formula)) for (const name of this.#conjunct(part, after)) after.add(name);
    return after;
  }

  #conjunct(part: Formula, known: Known): Iterable<string> {
    switch (part.kind) {
      case 'event':
        return part.fields.flatMap(({ term }) => nameOf(term) ?? []);
      case 'timepoint':
        return [part.variable.id];
      case 'and':
        return this.chain(part, known);
      case 'compare':
        return this.#compare(part, known);
      case 'not':
        this.#demand(freeNames(part.body), known, part.at, 'a negation');
        this.chain(part.body, known);
        return [];
      case 'exists': {
        this.seesEvents(part.body, `the body of \`exists (${part.variable.name}: …)\``);
        const { id, name } = part.variable;
        const after = this.chain(part.body, known);
        if (!after.delete(id)) this.#unrestricted(name, part.at, 'the body of `exists`');
        return after;
      }
      case 'formerly':
      case 'previous':
        this.seesEvents(part.body, `the body of \`${part.kind}\``);
        return this.chain(part.body, new Set());
      case 'since':
        return this.#since(part, known);
    }
  }

  #since({ left, right, at }: Extract<Formula, { kind: 'since' }>, known: Known): Iterable<string> {
    this.seesEvents(left, 'the left side of `since`');
    this.seesEvents(right, 'the right side of `since`');
    const anchored = this.chain(right, new Set());
    this.#demand(freeNames(left), new Set([...anchored, ...known]), left.at, 'the left side of `since`');
    if (!isKeptApart(left)) {
      this.#demand(freeNames(left), anchored, at, 'the left side of `since`', 'name it on the right side as well');
      this.chain(left, anchored);
    }
    return anchored;
  }

  #compare({ operator, left, right, at }: Extract<Formula, { kind: 'compare' }>, known: Known): Iterable<string> {
    for (const term of [left, right]) this.#aggregate(term, known);
    const unknown = [left, right].filter((term) => !known.has(nameOf(term) ?? '') && nameOf(term) !== undefined);
    const [only] = unknown;
    if (operator === '==' && unknown.length === 1 && only !== undefined) return [nameOf(only) ?? ''];
    for (const term of unknown) this.#demand([nameOf(term) ?? ''], known, at, 'a comparison');
    return [];
  }

  #aggregate(term: Term, known: Known): void {
    if (term.kind !== 'aggregate') return;
    const { variables, body, at } = term.aggregate;
    this.seesEvents(body, 'the body of a count or sum');
    this.#demand(freeNamesOfAggregate(term.aggregate), known, at, 'a count or sum');
    const after = this.chain(body, known);
    for (const { id, name } of variables)
      if (!after.has(id)) this.#unrestricted(name, at, 'the `where` of a count or sum');
  }

  #unrestricted(name: string, at: number, where: string): never {
    throw this.#source.error(
      at,
      `\`${name}\` gets its values from no event in ${where}`,
      `name it in a field of an event: \`…::request{ args.x: ${name} }\``,
    );
  }

  #demand(names: readonly string[], known: Known, at: number, where: string, hint?: string): void {
    const missing = names.find((name) => !known.has(name));
    if (missing === undefined) return;
    const isFact = !missing.startsWith('%');
    throw this.#source.error(
      at,
      isFact
        ? `${where} inside of a temporal operator uses \`${missing}\`, which no event before it names`
        : `${where} uses a variable that no event before it gives a value to`,
      hint ?? (isFact ? 'bind the field to a variable, and compare outside of the operator' : 'put the event first'),
    );
  }
}

/**
 * Whether `!left` of a `since` is kept as the events that end it, apart from its anchors: when it can be told without them.
 * Otherwise each anchor is followed from event to event.
 */
export function isKeptApart(left: Formula): left is Extract<Formula, { kind: 'not' }> {
  if (left.kind !== 'not') return false;
  try {
    new Check(new Source('', '')).chain(left.body, new Set());
    return true;
  } catch (error) {
    if (error instanceof DemarcError) return false;
    throw error;
  }
}
