import type * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Environment } from '../../src/decide/cedar/environment.ts';
import { Datetime, Decimal, Duration, type Extension, IpAddress } from '../../src/decide/cedar/extension.ts';
import { CedarRecord, CedarSet, EntityUid, type Value } from '../../src/decide/cedar/value.ts';

/** A request in Cedar's JSON form, with the entities that it brings and those above them: what cedar-wasm is asked. */
export function contextJson(environment: Environment): Omit<cedar.StatefulAuthorizationCall, 'preparsedPolicySetId'> {
  const { principal, action, resource, context, brought } = environment;
  const entities = new Map<string, cedar.EntityJson>();
  const add = (uid: EntityUid): void => {
    const key = JSON.stringify([uid.type, uid.id]);
    if (entities.has(key)) return;
    const ancestors = [...(uid.data?.ancestors ?? [])];
    entities.set(key, {
      uid: { type: uid.type, id: uid.id },
      attrs: recordJson(uid.data?.attributes),
      parents: ancestors.map(({ type, id }) => ({ type, id })),
    });
    for (const ancestor of ancestors) add(ancestor);
  };
  for (const uid of [...brought, action]) add(uid);
  const uid = ({ type, id }: EntityUid): cedar.TypeAndId => ({ type, id });
  return {
    principal: uid(principal),
    action: uid(action),
    resource: uid(resource),
    context: recordJson(context),
    entities: [...entities.values()],
  };
}

function recordJson(record: CedarRecord | undefined): Record<string, cedar.CedarValueJson> {
  if (record === undefined) return {};
  return Object.fromEntries(
    [...record.names()].flatMap((name) => {
      const value = record.get(name);
      return value === undefined ? [] : [[name, valueJson(value)] as const];
    }),
  );
}

function valueJson(value: Value): cedar.CedarValueJson {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object') return value;
  if (value instanceof EntityUid) return { __entity: { type: value.type, id: value.id } };
  if (value instanceof CedarSet) return value.items.map(valueJson);
  if (value instanceof CedarRecord) return recordJson(value);
  return extensionJson(value);
}

const call = (fn: string, ...args: cedar.CedarValueJson[]): cedar.CedarValueJson => ({ __extn: { fn, args } });

function extensionJson(value: Extension): cedar.CedarValueJson {
  if (value instanceof Duration) return call('duration', `${value.ms}ms`);
  if (value instanceof Datetime)
    return call('offset', call('datetime', '1970-01-01'), call('duration', `${value.ms}ms`));
  if (value instanceof Decimal) {
    const units = BigInt(value.units);
    const digits = (units < 0n ? -units : units).toString().padStart(5, '0');
    return call('decimal', `${units < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`);
  }
  if (value instanceof IpAddress) {
    const width = value.version === 4 ? 8n : 16n;
    const parts = Array.from(
      { length: value.version === 4 ? 4 : 8 },
      (_, at) => (value.bits >> (BigInt((value.version === 4 ? 3 : 7) - at) * width)) & ((1n << width) - 1n),
    );
    return call(
      'ip',
      `${value.version === 4 ? parts.join('.') : parts.map((part) => part.toString(16)).join(':')}/${value.prefix}`,
    );
  }
  throw new TypeError('an extension of Cedar');
}
