import { newProperties, type Properties, type Value } from '../../model/value.ts';
import type { Expr } from './ir.ts';
import type { Scope } from './scope.ts';
import { findKey } from './signals/keys.ts';
import { environmentRead, valueOf } from './values.ts';

/** Where a credential comes from. `placeholder` is a literal that cannot be a key (`EMPTY`, `your-api-key`). */
export type CredentialSource =
  | 'env'
  | 'literal'
  | 'placeholder'
  | 'secret-manager'
  | 'identity'
  | 'default'
  | 'unknown';

const manager =
  /secretsmanager|secretmanager|secret_manager|keyvault|key_vault|secretclient|get_secret|getsecret|access_secret|hvac|vault|getparameter|get_parameter|dbutils\.secrets|doppler|infisical/i;
const identity =
  /credential\(\)|token_provider|tokenprovider|bearertokenprovider|defaultazurecredential|workloadidentity|iam/i;

/** A credential argument: `{source, name, value}`; `value` only for a literal (the sealing step hides it). */
export function credentialOf(expr: Expr, scope: Scope): Properties {
  const bag = newProperties();
  const found = classify(expr, scope, 0);
  bag['source'] = found.source;
  // A literal has no variable; the name tells the sealing step that `value` is a credential.
  bag['name'] = found.name ?? (found.value === undefined ? null : 'api_key');
  if (found.value !== undefined) bag['value'] = found.value;
  // The kind when the literal is a key by its shape: it is also a `code.secret` where it stands.
  bag['shape'] = typeof found.value === 'string' ? (findKey(found.value)?.signal.kind ?? null) : null;
  return bag;
}

/** The credential of a client that was given none: the SDK reads its own variable or profile. */
export function defaultCredential(): Properties {
  const bag = newProperties();
  bag['source'] = 'default';
  bag['name'] = null;
  bag['shape'] = null;
  return bag;
}

interface Classified {
  readonly source: CredentialSource;
  readonly name?: string;
  readonly value?: Value;
}

function classify(expr: Expr, scope: Scope, depth: number): Classified {
  if (depth > 8) return { source: 'unknown' };
  const variable = environmentRead(expr, scope);
  if (variable !== undefined) {
    const fallback = expr.kind === 'call' ? expr.args[1]?.value : undefined;
    const inner = fallback === undefined ? undefined : classify(fallback, scope, depth + 1);
    return inner?.source === 'literal' ? { ...inner, name: variable } : { source: 'env', name: variable };
  }
  if (expr.kind === 'other') {
    const parts = expr.parts.map((part) => classify(part, scope, depth + 1));
    const order: readonly CredentialSource[] = ['literal', 'env', 'secret-manager', 'identity'];
    for (const source of order) {
      const hit = parts.find((part) => part.source === source);
      if (hit !== undefined) return hit;
    }
    return { source: 'unknown' };
  }
  const followed = scope.follow(expr);
  if (followed.expr !== expr) return classify(followed.expr, followed.scope, depth + 1);
  const value = valueOf(expr, scope);
  if (typeof value === 'string')
    return isPlaceholder(value) || /\s/.test(value) ? { source: 'placeholder' } : { source: 'literal', value };
  const path = scope.path(expr);
  if (manager.test(path)) return { source: 'secret-manager' };
  if (identity.test(path)) return { source: 'identity' };
  if (value === null && expr.kind === 'literal') return { source: 'default' };
  return { source: 'unknown' };
}

/** Whether a literal only stands where a key will go, or satisfies a server that checks none. */
export function isPlaceholder(text: string): boolean {
  if (text.length < 12) return true;
  if (
    /your|xxx|\.\.\.|example|placeholder|change|replace|dummy|insert|redacted|todo|not[-_ ]?(?:needed|required|used)|fake|test[-_]?key|none|empty|<|\$\{|\{\{|\*\*\*/i.test(
      text,
    )
  )
    return true;
  return new Set(text).size < 6;
}
