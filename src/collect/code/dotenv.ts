import { nameOf } from '../../base/path.ts';
import { Draft } from './draft.ts';
import { keyVariable } from './find/secrets.ts';
import { findKey, isPublicVariable, keyVariables } from './signals/keys.ts';

/** Whether a file is an environment file in use: `.env`, `.env.local`, `prod.env`, but no example to copy. */
export function isDotenv(path: string): boolean {
  const name = nameOf(path);
  return (
    /^\.env(?:\.[\w-]+)*$|^[\w-]+\.env$/.test(name) && !/example|sample|template|dist|default|schema|test/i.test(name)
  );
}

/** A value that names where the key is kept: a vault reference, a dotenvx ciphertext, another variable. */
const reference =
  /^(?:op|vault|aws-sm|gcp-sm|azure-kv|infisical|doppler|sops|awssm|ssm|secretref|encrypted|ref\+\w+):|^\$/i;

/** Keys of AI providers in an environment file. `encrypted:` values (dotenvx) and placeholders are none. */
export function readDotenv(path: string, text: string): Draft[] {
  const drafts: Draft[] = [];
  text.split('\n').forEach((line, index) => {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w{0,127})\s*=\s*["']?([^"'\s#]{1,1024})/.exec(line);
    const [variable, value] = [found?.[1], found?.[2]];
    if (variable === undefined || value === undefined) return;
    const at = { line: index + 1, column: line.indexOf(value) + 1 };
    if (reference.test(value)) {
      const named = keyVariables.find((row) => row.pattern.test(variable));
      if (named === undefined) return;
      const draft = new Draft('code.secret', path, at, variable);
      draft
        .set('literal', false)
        .set('provider', named.provider)
        .set('variable', variable)
        .set('public', isPublicVariable(variable));
      drafts.push(draft);
      return;
    }
    const key = findKey(value);
    const provider = key?.signal.provider ?? keyVariable(variable, value);
    if (provider === undefined) return;
    const draft = new Draft('code.secret', path, at, variable);
    draft
      .set('literal', true)
      .set('provider', provider)
      .set('kind', key?.signal.kind ?? `${provider}-api-key`)
      .set('variable', variable);
    draft
      .set('public', isPublicVariable(variable))
      .set('name', 'api_key')
      .set('value', key?.key ?? value, at);
    drafts.push(draft);
  });
  return drafts;
}
