import { append } from '../base/multimap.ts';
import { once } from '../base/once.ts';
import type { Trait } from '../model/catalogue.ts';
import type { Node } from '../model/graph.ts';
import type { CompiledExpression, Rule } from '../model/rule.ts';
import { compileProgram, type Program } from './cel/program.ts';

/** A rule with its programs, each compiled when it is first run. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly when: () => Program | undefined;
  readonly expect: () => Program;
}

/** Which rules look at a resource: those of its type, then those of its traits. */
export class RuleBook {
  readonly #byType = new Map<string, Rule[]>();
  readonly #byTrait: readonly (readonly [string, Rule])[];
  readonly #compiled = new Map<Rule, CompiledRule>();
  readonly #conditions = new Map<CompiledExpression, Program>();
  readonly #applicable = new Map<string, readonly CompiledRule[]>();

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) for (const type of rule.types) append(this.#byType, type, rule);
    this.#byTrait = rules.flatMap((rule) => rule.traits.map((trait) => [trait, rule] as const));
  }

  rulesFor({ resource: { type }, traits }: Node): readonly CompiledRule[] {
    const key = traits.size === 0 ? type : `${type}\n${[...traits].join(' ')}`;
    const known = this.#applicable.get(key);
    if (known !== undefined) return known;
    const byTrait = this.#byTrait.flatMap(([trait, rule]) => (traits.has(trait as Trait) ? [rule] : []));
    const rules = [...new Set([...(this.#byType.get(type) ?? []), ...byTrait])].map((rule) => this.#compile(rule));
    this.#applicable.set(key, rules);
    return rules;
  }

  #compile(rule: Rule): CompiledRule {
    let compiled = this.#compiled.get(rule);
    if (compiled === undefined) {
      const { when, expect } = rule;
      compiled = {
        rule,
        when: once(() => (when === undefined ? undefined : this.#condition(when))),
        expect: once(() => compileProgram(expect)),
      };
      this.#compiled.set(rule, compiled);
    }
    return compiled;
  }

  /** A dozen rules about one kind of resource have the same condition: it is one program then. */
  #condition(expression: CompiledExpression): Program {
    let program = this.#conditions.get(expression);
    if (program === undefined) {
      program = compileProgram(expression);
      this.#conditions.set(expression, program);
    }
    return program;
  }
}
