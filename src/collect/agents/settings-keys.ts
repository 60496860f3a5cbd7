import { isList, isProperties, type Properties, type Value } from '../../model/value.ts';
import { bagOf } from './lookup.ts';
import type { Scope } from './shapes.ts';

/** What a client accepts for a key. `any` where the vendor accepts several types. */
export type KeyType = 'string' | 'number' | 'boolean' | 'list' | 'map' | 'any';

/** The keys of a settings file by dotted path. Below a path that is listed as `map` or `any` without listed members, everything is accepted. */
export interface KeyTable {
  readonly keys: Readonly<Record<string, KeyType>>;
  /** Keys that count in these scopes only; elsewhere the client ignores them. */
  readonly only: Readonly<Record<string, readonly Scope[]>>;
}

/**
 * Keys from a compact list, `name:type` separated by blanks; `s n b l m a` stand for the six types.
 */
export function keyTable(list: string, only: KeyTable['only'] = {}): KeyTable {
  const types: Readonly<Record<string, KeyType>> = {
    s: 'string',
    n: 'number',
    b: 'boolean',
    l: 'list',
    m: 'map',
    a: 'any',
  };
  const keys: Record<string, KeyType> = {};
  for (const word of list.split(/\s+/).filter((part) => part !== '')) {
    const cut = word.lastIndexOf(':');
    keys[word.slice(0, cut)] = types[word.slice(cut + 1)] ?? 'any';
  }
  return { keys, only };
}

export interface KeyProblems {
  readonly unknownKeys: readonly string[];
  readonly wrongTypes: readonly Properties[];
  readonly misplacedKeys: readonly Properties[];
}

const problemsMax = 100;

/** What a client would silently ignore in a settings file: keys it does not know, values of another type, keys of other scopes. */
export function checkKeys(settings: Properties, table: KeyTable, scope: Scope): KeyProblems {
  const unknownKeys: string[] = [];
  const wrongTypes: Properties[] = [];
  const misplacedKeys: Properties[] = [];
  const visit = (bag: Properties, prefix: string): void => {
    for (const key of Object.keys(bag)) {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const value = bag[key] ?? null;
      const type = table.keys[path];
      if (type === undefined) {
        if (unknownKeys.length < problemsMax && key !== '$schema') unknownKeys.push(path);
        continue;
      }
      if (value !== null && !fits(value, type) && wrongTypes.length < problemsMax)
        wrongTypes.push(bagOf({ key: path, expected: type }));
      const scopes = table.only[path];
      if (scopes !== undefined && !scopes.includes(scope) && misplacedKeys.length < problemsMax)
        misplacedKeys.push(bagOf({ key: path, readIn: [...scopes] }));
      if (isProperties(value) && hasMembers(table, path)) visit(value, path);
    }
  };
  visit(settings, '');
  return { unknownKeys, wrongTypes, misplacedKeys };
}

function hasMembers(table: KeyTable, path: string): boolean {
  const prefix = `${path}.`;
  return Object.keys(table.keys).some((key) => key.startsWith(prefix));
}

function fits(value: Value, type: KeyType): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'list':
      return isList(value);
    case 'map':
      return isProperties(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type || typeof value === 'object';
  }
}
