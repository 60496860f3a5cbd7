import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import type { DurableFiles, Files } from '../../../base/ports.ts';
import type { CredentialStore } from '../../../broker/credential-store.ts';

/** A file that is made or changed. */
export interface FileChange {
  /** Absolute. */
  readonly path: string;
  /** Undefined for a file that is made. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

export interface UndoPorts {
  readonly files: Pick<Files, 'real' | 'stat'>;
  readonly durable: Pick<DurableFiles, 'read' | 'list' | 'create' | 'replace' | 'remove'>;
  /** Where the originals are kept: they can hold secrets. It is made when it is asked for. */
  readonly store: () => Promise<CredentialStore>;
}

/** What one run changed, as it lies in the store. */
interface UndoRecord {
  readonly version: 1;
  readonly files: readonly RecordedFile[];
}
interface RecordedFile {
  readonly path: string;
  /** SHA-256, in hex, of what was there (null: nothing) and of what was written. */
  readonly before: string | null;
  readonly after: string;
  /** Base64. */
  readonly original: string | null;
}

const fileName = /^gateway-undo-\d{8}T\d{9}Z\.json$/;
const recordMode = 0o600;
const newFileMode = 0o644;

/**
 * Writes files so that it can be taken back: what was there is kept, encrypted, before the first of them changes. A file behind a
 * symbolic link is changed where it lies; permissions stay, within the umask.
 *
 * `.demarc/gateway-undo-<time>.json` in the folder says what was changed; the originals, and the list that is believed when it is
 * taken back, are in the store: the folder may come from somebody else.
 *
 * @param folder absolute path; where the record is put
 * @returns the path of the record
 * @throws DemarcError `DMC_UNDO` when a file was changed meanwhile, `DMC_FILE` when one cannot be written
 */
export async function writeWithUndo(
  ports: UndoPorts,
  folder: string,
  changes: readonly FileChange[],
  nowMs: number,
): Promise<string> {
  const { durable } = ports;
  const files = changes.map(({ path, before, after }) => ({
    path: before === undefined ? path : ports.files.real(path),
    before: before === undefined ? null : digestOf(before),
    after: digestOf(after),
    original: before === undefined ? null : Buffer.from(before).toString('base64'),
  }));
  for (const { path, before } of files) {
    if ((await digestAt(durable, path)) !== before)
      throw new DemarcError('DMC_UNDO', `\`${path}\` was changed while it was read`, { hint: 'run the command again' });
  }
  const time = new Date(nowMs).toISOString().replace(/[-:.]/g, '');
  const path = join(folder, '.demarc', `gateway-undo-${time}.json`);
  const record: UndoRecord = { version: 1, files };
  await (await ports.store()).put(storeName(path), Buffer.from(JSON.stringify(record)));
  const shown = files.map(({ original: _original, ...file }) => file);
  const text = `${JSON.stringify({ version: 1, originals: 'in the store of secrets', files: shown }, undefined, 2)}\n`;
  if (!(await durable.create(path, Buffer.from(text), recordMode)))
    throw new DemarcError('DMC_UNDO', `\`${path}\` exists already`, { hint: 'run the command again' });
  for (const [at, { path: target, before }] of files.entries()) {
    const mode = before === null ? newFileMode : ports.files.stat(target).mode & 0o777;
    await replace(durable, target, changes[at]?.after ?? new Uint8Array(), mode);
  }
  return path;
}

/** What was taken back, or would be. */
export interface Undone {
  readonly dryRun: boolean;
  readonly record: string;
  readonly restored: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Takes back the last run in a folder: every file gets the bytes it had.
 *
 * @param options.force also files that were changed since
 * @param options.dryRun changes nothing: what it returns is what would be taken back
 * @throws DemarcError `DMC_UNDO` when there is nothing to take back, or a file was changed since (then nothing is done)
 */
export async function undo(
  ports: UndoPorts,
  folder: string,
  { force, dryRun }: { readonly force: boolean; readonly dryRun: boolean },
): Promise<Undone> {
  const { durable } = ports;
  const [name] = (await durable.list(join(folder, '.demarc')))
    .filter((one) => fileName.test(one))
    .sort()
    .reverse();
  if (name === undefined) throw new DemarcError('DMC_UNDO', `there is nothing to take back in \`${folder}\``);
  const path = join(folder, '.demarc', name);
  const store = await ports.store();
  const kept = await store.get(storeName(path));
  if (kept === undefined)
    throw new DemarcError('DMC_UNDO', `the originals that \`${path}\` is about are not in the store of secrets`, {
      hint: 'it was written by somebody else or on another machine, or it was moved',
    });
  const { files } = JSON.parse(Buffer.from(kept).toString('utf8')) as UndoRecord;
  const changed: string[] = [];
  const todo: RecordedFile[] = [];
  for (const file of files) {
    const digest = await digestAt(durable, file.path);
    if (digest === file.before) continue;
    if (digest !== file.after) changed.push(file.path);
    todo.push(file);
  }
  const [first] = changed;
  if (first !== undefined && !force)
    throw new DemarcError('DMC_UNDO', `\`${first}\`${andMore(changed.length - 1)} was changed since`, {
      hint: '--force puts the original in its place all the same',
    });
  todo.reverse();
  const undone = {
    dryRun,
    record: path,
    restored: todo.filter(({ original }) => original !== null).map((file) => file.path),
    removed: todo.filter(({ original }) => original === null).map((file) => file.path),
  };
  if (dryRun) return undone;
  for (const { path: target, original } of todo) {
    if (original === null) await durable.remove(target);
    else await replace(durable, target, Buffer.from(original, 'base64'), modeOf(ports.files, target));
  }
  await durable.remove(path);
  await store.remove(storeName(path));
  return undone;
}

/** Bound to where the record lies: one that was copied or came with a repository leads nowhere. */
function storeName(record: string): string {
  return `undo ${record}`;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What is no file is none of what was written. */
async function digestAt(files: Pick<DurableFiles, 'read'>, path: string): Promise<string | null> {
  const bytes = await files.read(path).catch((thrown: unknown) => {
    if ((thrown as { code?: unknown }).code !== 'EISDIR') throw thrown;
    return Buffer.from('a folder');
  });
  return bytes === undefined ? null : digestOf(bytes);
}

function modeOf(files: Pick<Files, 'stat'>, path: string): number {
  try {
    return files.stat(path).mode & 0o777;
  } catch {
    // Somebody removed it; it may hold secrets.
    return recordMode;
  }
}

async function replace(
  files: Pick<DurableFiles, 'replace'>,
  path: string,
  bytes: Uint8Array,
  mode: number,
): Promise<void> {
  try {
    await files.replace(path, bytes, mode);
  } catch (thrown) {
    throw new DemarcError('DMC_FILE', `\`${path}\` cannot be written: ${messageOf(thrown)}`, {
      hint: '`demarc gateway init --undo` takes back what was written before it',
      cause: thrown,
    });
  }
}

function andMore(count: number): string {
  return count === 0 ? '' : ` (and ${count} more)`;
}
