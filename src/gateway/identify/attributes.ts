import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import { parseRfc3339 } from '../../base/rfc3339.ts';
import { postures } from '../../decide/schema/vocabulary.ts';
import { type Completion, type Person, personKey } from '../../model/principal.ts';
import type { Attributes } from './identity.ts';

/** From when on a training no longer counts: a day in UTC, or a point in time (RFC 3339). */
const expires = z.string().transform((text, context): number => {
  const at = parseRfc3339(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (at !== undefined) return at.ms;
  context.addIssue({
    code: 'custom',
    message: 'is neither a day (`2027-01-31`) nor a time with its offset (RFC 3339)',
  });
  return z.NEVER;
});
/** As policies name it. */
const module = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,126}$/, 'is not made of small letters, digits, `.`, `_` and `-`');
const training = z
  .array(z.strictObject({ module, expires }))
  .max(limits.identityValuesMax)
  .transform((all) => all.map((one): Completion => ({ module: one.module, expiresMs: one.expires })));

const attributesShape = z
  .strictObject({
    agents: z
      .record(
        z.string().min(1),
        z.strictObject({ posture: z.enum(postures).optional(), training: training.default([]) }),
      )
      .default({}),
    people: z.array(z.strictObject({ issuer: z.string().min(1), subject: z.string().min(1), training })).default([]),
  })
  .superRefine(({ people }, context) => {
    const seen = new Set<string>();
    for (const [at, person] of people.entries()) {
      // Said without the name: messages go to logs.
      if (seen.has(personKey(person)))
        context.addIssue({ code: 'custom', path: ['people', at], message: 'is a person who stands there before' });
      seen.add(personKey(person));
    }
  });

/** What a file of attributes says. */
export class AttributeList {
  readonly #agents: ReadonlyMap<
    string,
    { readonly posture?: string | undefined; readonly training: readonly Completion[] }
  >;
  readonly #people: ReadonlyMap<string, readonly Completion[]>;

  private constructor({ agents, people }: z.output<typeof attributesShape>) {
    this.#agents = new Map(Object.entries(agents));
    this.#people = new Map(people.map((person) => [personKey(person), person.training]));
  }

  /** @param value the file, parsed @returns the list, or the first problem and where it is, without names of people */
  static parse(value: unknown): AttributeList | { readonly where: string; readonly problem: string } {
    const parsed = attributesShape.safeParse(value);
    if (parsed.success) return new AttributeList(parsed.data);
    const [issue] = parsed.error.issues;
    return { where: issue?.path.join('.') ?? '', problem: issue?.message ?? '' };
  }

  /** Of the person, where one stands behind the agent: nobody is excused by what their agent is said to know. */
  training(agent: string, person: Pick<Person, 'issuer' | 'subject'> | undefined): readonly Completion[] {
    return (person === undefined ? this.#agents.get(agent)?.training : this.#people.get(personKey(person))) ?? [];
  }

  posture(agent: string): string | undefined {
    return this.#agents.get(agent)?.posture;
  }
}

/** The attributes that hold now. */
export class CurrentAttributes implements Attributes {
  #list: AttributeList;
  #generation = 0;

  constructor(list: AttributeList) {
    this.#list = list;
  }

  get generation(): number {
    return this.#generation;
  }

  replace(list: AttributeList): void {
    this.#list = list;
    this.#generation++;
  }

  training(agent: string, person: Person | undefined): readonly Completion[] {
    return this.#list.training(agent, person);
  }

  posture(agent: string): string | undefined {
    return this.#list.posture(agent);
  }
}
