import { z } from 'zod';
import { DemarcError, messageOf } from '../../base/errors.ts';
import type { EntityJson } from '../../decide/cedar/entity-store.ts';

const typeAndId = z.strictObject({ type: z.string(), id: z.string() });
const uid = z.union([typeAndId, z.strictObject({ __entity: typeAndId })]);
const entities = z.array(
  z.strictObject({
    uid,
    parents: z.array(uid).default([]),
    attrs: z.strictObject({}).default({}),
    tags: z.strictObject({}).default({}),
  }),
);

/** Reads `entities.json`: Cedar's entities format, without attributes. @throws DemarcError `DMC_POLICY` */
export function readEntities(text: string): EntityJson[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw new DemarcError('DMC_POLICY', `entities.json is no JSON: ${messageOf(thrown)}`);
  }
  const parsed = entities.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DemarcError('DMC_POLICY', `entities.json: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`, {
    hint: 'a list of `{"uid": {"type": "Demarc::Role", "id": "…"}, "parents": […]}`',
  });
}
