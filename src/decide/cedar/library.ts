import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { DemarcError, messageOf } from '../../base/errors.ts';
import type { PolicyJson } from './policy.ts';
import { offsetOfByte, spellLongs } from './source.ts';

/** What Cedar's own parser and validator say about a text. */
export interface Complaint {
  readonly message: string;
  readonly hint: string | undefined;
  /** Where in the policy's text, in characters. */
  readonly offset: number;
}

/** Reads one policy. The text's nesting has to be within `limits`: a deeper one breaks the parser for good. */
export function parsePolicy(text: string): PolicyJson | readonly Complaint[] {
  const answer = guarded(() => cedar.policyToJson(text));
  if (answer.type === 'failure') return answer.errors.map((error) => complaint(error, text));
  const exact = guarded(() => cedar.policyToJson(spellLongs(text)));
  if (exact.type === 'failure') return exact.errors.map((error) => complaint(error, text));
  return exact.json as PolicyJson;
}

export interface Validation {
  readonly errors: readonly (Complaint & { readonly policy: string })[];
  readonly warnings: readonly (Complaint & { readonly policy: string })[];
}

/** Validates policies, by their ids, strictly against a schema in Cedar's JSON format. */
export function validatePolicies(
  policies: Readonly<Record<string, string>>,
  schema: Readonly<Record<string, unknown>>,
): Validation {
  const answer = guarded(() =>
    cedar.validate({
      validationSettings: { mode: 'strict' },
      schema: schema as cedar.SchemaJson<string>,
      policies: { staticPolicies: policies },
    }),
  );
  if (answer.type === 'failure')
    throw new DemarcError('DMC_POLICY', `the schema of the policies is invalid: ${answer.errors[0]?.message ?? ''}`);
  const of = ({ policyId, error }: cedar.ValidationError): Complaint & { readonly policy: string } => ({
    policy: policyId,
    ...complaint(error, policies[policyId] ?? ''),
  });
  return { errors: answer.validationErrors.map(of), warnings: answer.validationWarnings.map(of) };
}

function complaint({ message, help, sourceLocations }: cedar.DetailedError, text: string): Complaint {
  const place = sourceLocations?.[0];
  const detail = place?.label === null || place?.label === undefined ? message : `${message} (${place.label})`;
  return {
    message: detail.replace(/^(?:failed to parse policy[^:]*: |for policy `[^`]*`, )/, '').replaceAll(/\s+/g, ' '),
    hint: help?.replaceAll(/\s+/g, ' ') ?? undefined,
    offset: offsetOfByte(text, place?.start ?? 0),
  };
}

/** The library throws only when it breaks: a trap of WebAssembly leaves it unusable. */
function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw new DemarcError('DMC_POLICY', `Cedar's parser broke on the policies: ${messageOf(thrown)}`, {
      hint: 'start again without the policy that was changed last',
      cause: thrown,
    });
  }
}
