import { limits } from '../base/limits.ts';
import { fingerprintOf, findSecrets, isPlaceholder, isSecretName } from '../base/secrets.ts';
import type { Resource } from './resource.ts';
import {
  Interpolated,
  isList,
  isMarker,
  isProperties,
  newProperties,
  Ref,
  Secret,
  Unknown,
  type Value,
} from './value.ts';

/**
 * Replaces every literal credential in a resource by a `Secret` marker (invariant 6). Runs once on what every
 * collector returns; nothing after it sees the text of a secret.
 */
export function sealResource(resource: Resource): Resource {
  return { ...resource, properties: seal(resource.properties, '') as Resource['properties'] };
}

/** Seals one value; `name` is the property it stands under, which can make a literal a credential. */
export function seal(value: Value, name: string): Value {
  if (typeof value === 'string') return sealText(value, name);
  if (value instanceof Interpolated) return sealParts(value);
  if (isMarker(value)) return value;
  if (isList(value)) return sealList(value, name);
  if (!isProperties(value)) return value;
  const sealed = newProperties();
  // `{name: X, value: Y}` pairs (container environments) name their value.
  const pairName =
    typeof value['name'] === 'string' ? value['name'] : typeof value['Name'] === 'string' ? value['Name'] : undefined;
  for (const key of Object.keys(value)) {
    const child = value[key];
    if (child === undefined) continue;
    sealed[key] = seal(child, pairName !== undefined && /^value$/i.test(key) ? pairName : key);
  }
  return sealed;
}

function sealList(items: readonly Value[], name: string): Value {
  let previous = '';
  return items.map((item) => {
    // `--api-key VALUE`: the flag before an argument names it.
    const flag = previous.startsWith('-') ? previous.replace(/^-+/, '') : name;
    const sealed = seal(item, flag);
    previous = typeof item === 'string' ? item : '';
    return sealed;
  });
}

function sealText(text: string, name: string): Value {
  const matches = findSecrets(text);
  if (matches.length === 0) {
    const encoded = secretBehindBase64(text);
    if (encoded !== undefined) return encoded;
    if (isSecretName(name) && !isPlaceholder(text) && isCredentialLike(text))
      return new Secret(kindOf(name), fingerprintOf(text));
    const equals = text.indexOf('=');
    if (equals > 0 && equals < 64 && isSecretName(text.slice(0, equals).replace(/^-+/, ''))) {
      const right = text.slice(equals + 1);
      if (!isPlaceholder(right) && isCredentialLike(right)) {
        return new Interpolated([text.slice(0, equals + 1), new Secret(kindOf(name), fingerprintOf(right))]);
      }
    }
    return text;
  }
  const parts: (string | Secret)[] = [];
  let at = 0;
  for (const { kind, start, end } of matches) {
    if (start > at) parts.push(text.slice(at, start));
    parts.push(new Secret(kind, fingerprintOf(text.slice(start, end))));
    at = end;
  }
  if (at < text.length) parts.push(text.slice(at));
  const [only] = parts;
  return parts.length === 1 && only instanceof Secret ? only : new Interpolated(parts);
}

/** Start-up scripts and settings are often carried in Base64: what they hold is as readable as plain text. */
function secretBehindBase64(text: string): Secret | undefined {
  if (text.length < 40 || text.length > limits.stringLengthMax || !/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(text))
    return undefined;
  const [match] = findSecrets(Buffer.from(text, 'base64').toString('utf8'));
  return match === undefined ? undefined : new Secret(match.kind, fingerprintOf(text));
}

function sealParts(value: Interpolated): Value {
  const parts = value.parts.flatMap((part) => {
    if (part instanceof Unknown || part instanceof Ref || part instanceof Secret) return [part];
    const sealed = sealText(part, '');
    return sealed instanceof Interpolated ? sealed.parts : [sealed as string | Secret];
  });
  return new Interpolated(parts);
}

/** A literal under a secret's name that is a path, a sentence, a type or a resource name is no credential. */
function isCredentialLike(text: string): boolean {
  return (
    text.length <= 512 &&
    !/\s/.test(text) &&
    !/^(?:https?:\/\/|\/|\.{1,2}\/|~|projects\/[^/]{1,64}\/secrets\/)/.test(text) &&
    !/^(?:string|str|required|optional|env|secret)$/i.test(text)
  );
}

function kindOf(name: string): string {
  if (/pass|pwd/i.test(name)) return 'password';
  return /token|pat$/i.test(name) ? 'token' : 'api-key';
}
