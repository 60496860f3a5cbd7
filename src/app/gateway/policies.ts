import { Decider as PolicyDecider } from '../../decide/decider.ts';
import type { SchemaTool } from '../../decide/schema/generate.ts';
import type { Decider } from '../../gateway/pipeline/parts.ts';
import { loadSetFolder, type SetFolder } from '../policy/read-set.ts';

export interface PolicyParts {
  /** Reads the set as it is now. @throws DemarcError `DMC_POLICY` */
  readonly read: () => SetFolder;
  /** Verifier key: the set has to be signed by it. */
  readonly key: string | undefined;
  /** Told when another set took over, with the digests before and after, or why it did not. */
  readonly changed: (before: string, after: string) => void;
  readonly refused: (thrown: unknown) => void;
}

/** The policies that hold now. A set that cannot be loaded never takes over: the last good one stays. */
export class Policies {
  readonly #parts: PolicyParts;
  #tools: readonly SchemaTool[];
  #current: Decider;

  /** @throws DemarcError `DMC_POLICY` when the first set cannot be loaded: then nothing starts */
  constructor(parts: PolicyParts, tools: readonly SchemaTool[]) {
    this.#parts = parts;
    this.#tools = tools;
    this.#current = this.#load();
  }

  get current(): Decider {
    return this.#current;
  }

  /** Loads the set again, for the tools there are now. @returns whether it took over */
  reload(tools: readonly SchemaTool[] = this.#tools): boolean {
    const before = this.#current.digest;
    try {
      this.#tools = tools;
      this.#current = this.#load();
    } catch (thrown) {
      this.#parts.refused(thrown);
      return false;
    }
    if (this.#current.digest !== before) this.#parts.changed(before, this.#current.digest);
    return true;
  }

  #load(): Decider {
    const { read, key } = this.#parts;
    const policies = new PolicyDecider(loadSetFolder(read(), { tools: this.#tools, key }));
    return {
      digest: policies.digest,
      judge: () => ({ decide: (access) => policies.decide(access), record: () => undefined }),
      visible: () => true,
    };
  }
}
