import { limits } from '../../base/limits.ts';
import type { EventField, Formula, Term, Variable } from './formula.ts';
import type { Macros } from './macros.ts';
import type { Source } from './source.ts';
import type {
  Argument,
  Call,
  Macro,
  Name,
  WrittenBinder,
  WrittenCondition,
  WrittenField,
  WrittenTerm,
  WrittenWindow,
} from './syntax.ts';

type Names = ReadonlyMap<string, Variable>;

/** Where a text stands: what its names mean. */
interface Scope {
  /** Plain names. */
  readonly names: Names;
  /** Inside a macro: what it was called with, and what plain names mean in there. */
  readonly call?: {
    readonly macro: Macro;
    readonly args: ReadonlyMap<string, Argument>;
    readonly caller: Scope;
    readonly fresh: Names;
  };
}

/**
 * Expands macros, gives every variable a name of its own, and refuses variables that nothing binds. A macro's own binders are
 * never seen by its arguments; a binder that a parameter names (`sum ?a for (?a: Long)`) is.
 *
 * @throws DemarcError
 */
export function expand(condition: WrittenCondition, macros: Macros, source: Source): Formula {
  return new Expander(macros, source).formula(condition, { names: new Map() });
}

class Expander {
  readonly #macros: Macros;
  readonly #source: Source;
  #variables = 0;
  #nodes = 0;
  #operators = 0;

  constructor(macros: Macros, source: Source) {
    this.#macros = macros;
    this.#source = source;
  }

  formula(condition: WrittenCondition, scope: Scope): Formula {
    const { at } = condition;
    if (++this.#nodes > limits.temporalNodesMax)
      throw this.#source.error(
        at,
        `a condition has more than ${limits.temporalNodesMax} parts once its macros are expanded`,
      );
    switch (condition.kind) {
      case 'and':
        return { kind: 'and', parts: condition.parts.map((part) => this.formula(part, scope)), at };
      case 'not':
        return { kind: 'not', body: this.formula(condition.body, scope), at };
      case 'formerly':
      case 'previous': {
        const windowMs = this.#window(condition.window, scope);
        return { kind: condition.kind, windowMs, body: this.#below(condition.body, scope), at };
      }
      case 'since': {
        const windowMs = this.#window(condition.window, scope);
        const [left, right] = [this.#below(condition.left, scope), this.#below(condition.right, scope)];
        return { kind: 'since', windowMs, left, right, at };
      }
      case 'event': {
        const { action, event, fields } = condition;
        return { kind: 'event', action, event, fields: this.#fields(fields, scope), at };
      }
      case 'compare': {
        const [left, right] = [this.#operand(condition.left, scope), this.#operand(condition.right, scope)];
        return { kind: 'compare', operator: condition.operator, left, right, at };
      }
      case 'exists': {
        const { variable, scope: inner } = this.#bind(condition.binder, scope);
        return { kind: 'exists', variable, body: this.formula(condition.body, inner), at };
      }
      case 'timepoint':
        return { kind: 'timepoint', variable: this.#variable(condition.name, scope), at };
      case 'bare':
        return this.#bare(condition, scope);
    }
  }

  /** What a temporal operator applies to. */
  #below(condition: WrittenCondition, scope: Scope): Formula {
    if (++this.#operators > limits.temporalNestingMax)
      throw this.#source.error(condition.at, `temporal operators are nested deeper than ${limits.temporalNestingMax}`);
    const formula = this.formula(condition, scope);
    this.#operators--;
    return formula;
  }

  #bare({ term, refined, at }: Extract<WrittenCondition, { kind: 'bare' }>, scope: Scope): Formula {
    const meant = this.#meant(term, scope);
    if (meant === undefined)
      throw this.#source.error(
        at,
        'a value stands where a condition belongs',
        term.kind === 'aggregate' ? 'compare it: `2 < count for …`' : 'compare it, or match an event `…::request{ … }`',
      );
    if (refined.length === 0) return meant;
    if (meant.kind !== 'event') throw this.#source.error(at, 'fields are added to something else than one event');
    return { ...meant, fields: [...meant.fields, ...this.#fields(refined, scope)] };
  }

  /** The condition that a macro's parameter or a call stands for. */
  #meant(term: WrittenTerm, scope: Scope): Formula | undefined {
    if (term.kind === 'call') {
      const { macro, inner } = this.#call(term.call, scope);
      return this.formula(macro.body, inner);
    }
    if (term.kind !== 'name' || term.name.sigil !== '?') return undefined;
    const { arg, caller } = this.#argument(term.name, scope);
    if (arg.kind === 'window') throw this.#source.error(arg.at, 'a time stands where a condition belongs');
    return this.formula(arg, caller);
  }

  #call(call: Call, scope: Scope): { macro: Macro; inner: Scope } {
    const macro = this.#macros.get(call.macro);
    if (macro === undefined)
      throw this.#source.error(
        call.at,
        `there is no macro \`${call.macro}\``,
        `one of ${[...this.#macros.keys()].join(', ')}, or define it with \`def temporal\``,
      );
    if (scope.call !== undefined)
      throw this.#source.error(call.at, `the macro \`${scope.call.macro.name}\` calls a macro`);
    if (macro.parameters.length !== call.args.length)
      throw this.#source.error(
        call.at,
        `\`${call.macro}\` takes ${macro.parameters.length} arguments, not ${call.args.length}`,
        `\`${call.macro}(${macro.parameters.join(', ')})\``,
      );
    const args = new Map(call.args.map((arg, index) => [macro.parameters[index] ?? '', arg]));
    return { macro, inner: { names: new Map(), call: { macro, args, caller: scope, fresh: new Map() } } };
  }

  #argument({ name, at }: Name, scope: Scope): { arg: Argument; caller: Scope } {
    const arg = scope.call?.args.get(name);
    if (scope.call === undefined) throw this.#source.error(at, `\`?${name}\` stands outside of a macro`);
    if (arg === undefined)
      throw this.#source.error(at, `\`?${name}\` is no parameter of the macro \`${scope.call.macro.name}\``);
    return { arg, caller: scope.call.caller };
  }

  #window(window: WrittenWindow, scope: Scope): number {
    if ('ms' in window) return window.ms;
    const { arg } = this.#argument(window.parameter, scope);
    if (arg.kind !== 'window')
      throw this.#source.error(arg.at, 'something else than a time stands where a window belongs', 'such as `1h`');
    return arg.ms;
  }

  #fields(fields: readonly WrittenField[], scope: Scope): EventField[] {
    return fields.flatMap(({ path: [root = '', ...rest], term: written, at }) => {
      const term = this.#operand(written, scope, true);
      if (term === undefined) return [];
      if (term.kind === 'aggregate')
        throw this.#source.error(
          at,
          'a count or sum is the value of a field',
          'compare it, and use the name it is bound to',
        );
      return [{ path: [root === 'input' ? 'args' : root, ...rest], term, at }];
    });
  }

  #operand(term: WrittenTerm, scope: Scope): Term;
  #operand(term: WrittenTerm, scope: Scope, wildcard: true): Term | undefined;
  #operand(term: WrittenTerm, scope: Scope, wildcard = false): Term | undefined {
    switch (term.kind) {
      case 'value':
        return { kind: 'value', value: term.value };
      case 'fact': {
        const [root = '', first = '', ...rest] = term.path;
        const isInput = root === 'context' && first === 'input';
        return { kind: 'fact', path: (isInput ? [root, 'args', ...rest] : term.path).join('.'), at: term.at };
      }
      case 'wildcard':
        if (!wildcard) throw this.#source.error(term.at, 'a comparison with anything tells nothing');
        return undefined;
      case 'name':
        return this.#named(term.name, scope, wildcard);
      case 'call': {
        const { macro, inner } = this.#call(term.call, scope);
        return this.#asTerm(macro.body, inner, wildcard);
      }
      case 'aggregate':
        return this.#aggregate(term, scope);
    }
  }

  #named(name: Name, scope: Scope, wildcard: boolean): Term | undefined {
    if (name.sigil !== '?') return { kind: 'variable', variable: this.#variable(name, scope) };
    const { arg, caller } = this.#argument(name, scope);
    if (arg.kind === 'window') throw this.#source.error(arg.at, 'a time stands where a value belongs');
    return this.#asTerm(arg, caller, wildcard);
  }

  #asTerm(condition: WrittenCondition, scope: Scope, wildcard: boolean): Term | undefined {
    if (condition.kind !== 'bare' || condition.refined.length > 0)
      throw this.#source.error(condition.at, 'a condition stands where a value belongs');
    return wildcard ? this.#operand(condition.term, scope, true) : this.#operand(condition.term, scope);
  }

  #aggregate({ sum, binders, body, at }: Extract<WrittenTerm, { kind: 'aggregate' }>, outer: Scope): Term {
    let scope = outer;
    const variables = binders.map((binder) => {
      const bound = this.#bind(binder, scope);
      scope = bound.scope;
      return bound.variable;
    });
    const summed = sum === undefined ? undefined : this.#variable(sum, scope);
    if (sum !== undefined && (summed === undefined || !variables.includes(summed)))
      throw this.#source.error(sum.at, `\`${sum.name}\` is summed and not in the list of \`for\``);
    return { kind: 'aggregate', aggregate: { sum: summed, variables, body: this.formula(body, scope), at } };
  }

  #bind({ name, type }: WrittenBinder, scope: Scope): { variable: Variable; scope: Scope } {
    const written = this.#writtenName(name, scope);
    const variable = { id: `%${this.#variables++}`, name: written.name, type };
    const added = (names: Names): Names => new Map([...names, [written.name, variable]]);
    const { call } = scope;
    if (name.sigil === '') return { variable, scope: { ...scope, names: added(scope.names) } };
    if (call === undefined)
      throw this.#source.error(name.at, `\`${name.sigil}${name.name}\` stands outside of a macro`);
    if (name.sigil === '$') return { variable, scope: { ...scope, call: { ...call, fresh: added(call.fresh) } } };
    const caller = { ...call.caller, names: added(call.caller.names) };
    return { variable, scope: { ...scope, call: { ...call, caller } } };
  }

  /** A name as its author wrote it: of a parameter, the argument. */
  #writtenName(name: Name, scope: Scope): Name {
    if (name.sigil !== '?') return name;
    const { arg } = this.#argument(name, scope);
    if (arg.kind === 'bare' && arg.refined.length === 0 && arg.term.kind === 'name' && arg.term.name.sigil === '')
      return arg.term.name;
    throw this.#source.error(arg.at, `the argument \`?${name.name}\` is no plain name`, 'it names a variable');
  }

  #variable(name: Name, scope: Scope): Variable {
    const { call } = scope;
    const written = this.#writtenName(name, scope);
    const names = name.sigil === '$' ? call?.fresh : name.sigil === '?' ? call?.caller.names : scope.names;
    const variable = names?.get(written.name);
    if (variable === undefined)
      throw this.#source.error(
        written.at,
        `nothing binds \`${name.sigil}${written.name}\``,
        'write `exists (name: Type). …` around it, `_` for any value, or `context.…` for the request',
      );
    return variable;
  }
}
