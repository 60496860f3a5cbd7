import type { RunLabel } from '../model/access.ts';
import { type Confidentiality, confidentialities } from '../model/event.ts';
import type { CallTrace } from '../model/provenance.ts';
import type { ToolLabels } from '../model/tool-labels.ts';
import { Evidence } from './evidence.ts';
import { fieldsOf } from './fields.ts';
import { intentOf } from './intent.ts';
import { normalise } from './normalise.ts';
import { defaultThresholds, type TraceThresholds, traceArguments } from './trace.ts';

/** Labels as they are acted on: a draft lowers no caution. */
export interface ActingLabels {
  readonly labels: ToolLabels;
  readonly reviewed: boolean;
}

const privateData: ReadonlySet<Confidentiality> = new Set(['confidential', 'restricted']);

/**
 * Follows one run: what the user and the system said, what tools returned, and where the values of the next call come
 * from. Without a user's words (tools only) every intent is `unseen` and nothing has origin `user`.
 */
export class RunTracer {
  readonly #evidence = new Evidence();
  readonly #thresholds: TraceThresholds;
  #userWords: string | undefined;
  #tainted = false;
  #confidentiality: Confidentiality = 'public';

  constructor(thresholds = defaultThresholds) {
    this.#thresholds = thresholds;
  }

  /** What the run has read so far. */
  get label(): RunLabel {
    return { confidentiality: this.#confidentiality, tainted: this.#tainted };
  }

  /** Takes up a run of which only the label is known any more: whatever it read may hold any value. */
  resume({ confidentiality, tainted }: RunLabel): void {
    this.#tainted ||= tainted;
    this.#raise(confidentiality);
    this.#evidence.forget();
  }

  user(text: string): void {
    this.#userWords = `${this.#userWords ?? ''}\n${normalise(text)}`;
    this.#evidence.add('user', text);
  }

  system(text: string): void {
    this.#evidence.add('system', text);
  }

  /** Takes in a tool's answer. It is trusted only where a person approved that it is. */
  result({ labels, reviewed }: ActingLabels, text: string): void {
    const trusted = reviewed && !labels.untrustedOutput;
    if (!trusted) this.#tainted = true;
    this.#raise(labels.confidentiality);
    if (trusted) this.#evidence.add('trusted', text);
    else
      for (const field of fieldsOf(text, labels.document))
        this.#evidence.add(field.structured ? 'structured' : 'free', field.text);
  }

  /** What a policy needs to know of a call. A read that sends nothing out is not traced. */
  call(tool: string, { labels, reviewed }: ActingLabels, args: unknown): CallTrace {
    const matters = this.#tainted && (labels.effect !== 'read' || labels.sendsOut);
    return {
      tool,
      labels,
      reviewed,
      tainted: this.#tainted,
      readPrivate: privateData.has(this.#confidentiality),
      intent: intentOf(labels.action, this.#userWords),
      values: matters
        ? traceArguments(this.#evidence, labels, args, {
            ...this.#thresholds,
            userWordsSeen: this.#userWords !== undefined,
          })
        : [],
    };
  }

  #raise(confidentiality: Confidentiality): void {
    if (confidentialities.indexOf(confidentiality) > confidentialities.indexOf(this.#confidentiality))
      this.#confidentiality = confidentiality;
  }
}
