import { isPlaceholder } from '../credential.ts';
import { Draft } from '../draft.ts';
import type { Program } from '../program.ts';
import { findKey, isPublicVariable, keyVariables } from '../signals/keys.ts';

/** Hard-coded keys of AI providers: by their shape anywhere, by the variable's name where the shape says nothing. */
export function findSecrets(program: Program): Draft[] {
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  const { file } = program.module;
  for (const { expr } of program.expressions) {
    if (expr.kind !== 'text' || seen.has(`${expr.at.line}:${expr.at.column}`)) continue;
    const found = findKey(expr.value);
    const variable = program.names.get(expr) ?? null;
    const named = found === undefined && variable !== null ? keyVariable(variable, expr.value) : undefined;
    const provider = found?.signal.provider ?? named;
    if (provider === undefined) continue;
    seen.add(`${expr.at.line}:${expr.at.column}`);
    const draft = new Draft('code.secret', file, expr.at, variable ?? `${provider} key`);
    draft
      .set('provider', provider)
      .set('kind', found?.signal.kind ?? `${provider}-api-key`)
      .set('variable', variable);
    draft.set('public', program.module.clientSide || (variable !== null && isPublicVariable(variable)));
    // `name` tells the sealing step that `value` is a credential, whatever its shape.
    draft.set('name', 'api_key').set('value', found?.key ?? expr.value, expr.at);
    drafts.push(draft);
  }
  return drafts;
}

/** The provider a variable's name belongs to, when the value could be its key. */
export function keyVariable(variable: string, value: string): string | undefined {
  if (isPlaceholder(value) || !/^[\w\-+/=.:]{20,256}$/.test(value) || !/\d/.test(value)) return undefined;
  if (/^[A-Z][A-Z0-9_]*$/.test(value) || /^[a-z]+(?:[-_.][a-z0-9]+)+$/.test(value)) return undefined;
  return keyVariables.find((row) => row.pattern.test(variable))?.provider;
}
