import type { Finding, Reading } from '../model/finding.ts';
import { withSuppression } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import type { Rule, RuleKind, Severity } from '../model/rule.ts';

/** What a decided rule rests on: what was read, and along which path. */
export type Reasons = Pick<Finding, 'evidence' | 'path'>;

/** A finding that knows where it stands; what it rests on is looked up when somebody asks. */
export class OpenFinding implements Finding {
  readonly fingerprint: string;
  readonly rule: string;
  readonly kind: RuleKind;
  readonly severity: Severity;
  readonly control: string;
  readonly title: string;
  readonly resource: string;
  readonly location: Location;
  readonly suppressed = undefined;
  readonly #reasons: () => Reasons;

  /** @param reasons looks it up once, however often it is asked */
  constructor(
    { id, kind, severity, control, title }: Rule,
    of: Pick<Finding, 'fingerprint' | 'resource' | 'location'> & { readonly isInForce: boolean },
    reasons: () => Reasons,
  ) {
    this.fingerprint = of.fingerprint;
    this.rule = id;
    this.kind = kind;
    this.severity = severityOf(severity, of.isInForce);
    this.control = control;
    this.title = title;
    this.resource = of.resource;
    this.location = of.location;
    this.#reasons = reasons;
  }

  get evidence(): readonly Reading[] {
    return this.#reasons().evidence;
  }

  get path(): readonly string[] {
    return this.#reasons().path;
  }

  toJSON(): Finding {
    return withSuppression(this, this.suppressed);
  }
}

/** What is not in force is reported, but never above low. */
export function severityOf(severity: Severity, inForce: boolean): Severity {
  return inForce || severity === 'info' ? severity : 'low';
}
