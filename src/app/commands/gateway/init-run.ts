import { isUtf8 } from 'node:buffer';
import { delimiter, dirname, join } from 'node:path';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import { agentsCollector } from '../../../collect/agents/agents-collector.ts';
import { type CollectedTree, collectTree } from '../../../collect/run.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Context } from '../../context.ts';
import { findProgram, programFolders } from '../../gateway/find-program.ts';
import { configurationText } from '../../gateway/init/configuration-text.ts';
import { ownCommand } from '../../gateway/init/own-command.ts';
import { type OwnPlace, ownPlace } from '../../gateway/init/own-place.ts';
import { type FoundEntry, type Plan, type PlanInput, planInit } from '../../gateway/init/plan.ts';
import { type FileChange, undo, type UndoPorts, writeWithUndo } from '../../gateway/init/undo.ts';
import { parseGatewayConfig } from '../../gateway/read-config.ts';
import { signaturePathOf } from '../../gateway/servers-signature.ts';
import { signatureFor, signedLaunches } from '../../gateway/sign-config.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { plainYaml } from '../../plain-yaml.ts';
import { placeOf, withMachine } from '../../run-assessment.ts';
import { initJson, initText, type InitOutcome, undoneText } from './init-report.ts';
import type { InitFlags } from './init.ts';
import { keepSecret, openSecrets, readSecrets } from './secret-run.ts';

/**
 * Runs `demarc gateway init`.
 *
 * @param started the file that node was started with
 * @throws DemarcError `DMC_USAGE`, `DMC_CONFIG_INVALID`, `DMC_UNDO`, `DMC_FILE`
 * @returns 0
 */
export async function runInit(
  context: Context,
  flags: InitFlags,
  path: string,
  started = process.argv[1] ?? '',
): Promise<number> {
  if (flags.force && !flags.undo) throw new DemarcError('DMC_USAGE', '--force is for --undo only');
  if (flags.machine && flags.undo)
    throw new DemarcError('DMC_USAGE', '--undo takes back a whole run, whether it was one with --machine or not');
  const folder = placeOf(context, [path]).root;
  const print = (text: string): void => context.process.stdout.write(`${text}\n`);
  const ports: UndoPorts = {
    files: context.files,
    durable: nodeDurableFiles(),
    store: () => openSecrets(context),
  };
  if (flags.undo) {
    const undone = await undo(ports, folder, flags);
    print(flags.format === 'json' ? JSON.stringify(undone, undefined, 2) : undoneText(undone));
    return 0;
  }
  const configuration = join(folder, 'demarc.gateway.yaml');
  const existing = readExisting(context, configuration);
  const tree = await readAgents(context, path, flags.machine);
  // A trial makes no store where there is none yet.
  const store = flags.dryRun ? undefined : await openSecrets(context);
  const program = ownCommand(context, started);
  const { plan, gaps } = planOf(
    context,
    tree,
    { configuration, program },
    existing?.text,
    store && (await readSecrets(store)),
  );
  const changes = changesOf(plan, configuration, existing?.text, await ownPlace(context, configuration));
  let record: string | undefined;
  if (store !== undefined && changes.length > 0) {
    for (const { name, value } of plan.secrets) await keepSecret(store, name, value);
    const signature = await signatureOf(context, changes, configuration, existing);
    // What entries lead to is there and signed before they do.
    const after = changes.findIndex((change) => change.path === configuration) + 1;
    const all = changes.toSpliced(after, 0, ...signature);
    record = await writeWithUndo(ports, folder, all, context.clock.now());
  }
  const { machine, dryRun: isTrial } = flags;
  const outcome: InitOutcome = { plan, gaps, machine, changes, configuration, record, isTrial, program };
  print(flags.format === 'json' ? initJson(outcome) : initText(outcome, context.environment));
  return 0;
}

/** What is taken over ran before, so it is signed as it is. Where that is not all there is to sign, or a program is not there, nothing is, and that is told. */
async function signatureOf(
  context: Context,
  changes: readonly FileChange[],
  configuration: string,
  existing: Existing | undefined,
): Promise<FileChange[]> {
  const place = { path: configuration, folder: dirname(configuration) };
  const path = signaturePathOf(configuration);
  const before = readText(context, path);
  try {
    if (existing !== undefined)
      await signedLaunches(context, { ...place, settings: existing.settings, signature: before });
    const written = changes.find((change) => change.path === configuration)?.after;
    if (written === undefined) return [];
    const settings = parseGatewayConfig(Buffer.from(written).toString('utf8'), configuration);
    const { note } = await signatureFor(context, { ...place, settings });
    return [{ path, before: before === undefined ? undefined : Buffer.from(before), after: Buffer.from(note) }];
  } catch (thrown) {
    if (!(thrown instanceof DemarcError)) throw thrown;
    context.process.stderr.write(`not signed: ${thrown.message}; \`demarc gateway sign\` signs the servers\n`);
    return [];
  }
}

/** The configuration that is there; undefined when there is none. What cannot be added to is no reason to write another one. */
function readExisting(context: Context, configuration: string): Existing | undefined {
  let bytes: Uint8Array | undefined;
  try {
    bytes = bytesAt(context, configuration);
  } catch (thrown) {
    throw new DemarcError('DMC_CONFIG_UNREADABLE', `\`${configuration}\` cannot be read: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
  if (bytes === undefined) return undefined;
  const text = utf8Of(bytes);
  if (text === undefined) throw new DemarcError('DMC_CONFIG_INVALID', `\`${configuration}\` is not in UTF-8`);
  return { text, settings: parseGatewayConfig(text, configuration) };
}

interface Existing {
  readonly text: string;
  readonly settings: ReturnType<typeof parseGatewayConfig>;
}

interface AgentTree extends CollectedTree {
  readonly root: string;
}

async function readAgents(context: Context, path: string, machine: boolean): Promise<AgentTree> {
  const named = placeOf(context, [path]);
  const place = machine ? await withMachine(context, named) : named;
  const tree = await collectTree(context.files, place.root, [agentsCollector], {
    starts: place.starts,
    excludes: [],
    now: context.clock.now(),
    cache: undefined,
    onProgress: undefined,
  });
  return { ...tree, root: place.root };
}

function planOf(
  context: Context,
  { root, resources, gaps }: AgentTree,
  { configuration, program }: Pick<PlanInput, 'configuration' | 'program'>,
  existing: string | undefined,
  secrets: ReadonlyMap<string, string> = new Map(),
): { plan: Plan; gaps: readonly Gap[] } {
  const { environment } = context;
  const found = resources
    .filter(({ type }) => type === 'mcp.server')
    .map(
      ({ name, dialect, scope, location, properties, confidence }): FoundEntry => ({
        client: dialect,
        scope: typeof properties['scope'] === 'string' ? properties['scope'] : '',
        file: join(root, location.file),
        realFile: context.files.real(join(root, location.file)),
        folder: join(root, scope),
        name,
        line: location.line,
        column: location.column,
        isOff: properties['disabled'] === true,
        isExample: confidence === 'example' || (confidence === 'template' && properties['disabled'] !== true),
      }),
    );
  const texts = new Map<string, string>();
  for (const file of new Set(found.map((entry) => entry.file))) {
    const text = readText(context, file);
    if (text !== undefined) texts.set(file, text);
  }
  const written = existing === undefined ? {} : (plainYaml(existing, configuration, 'DMC_CONFIG_INVALID') as object);
  const plan = planInit({
    found,
    texts,
    configuration,
    program,
    secrets,
    servers: (written as { servers?: Readonly<Record<string, unknown>> }).servers ?? {},
    world: {
      home: environment.homeDirectory,
      variables: { ...environment.variables, PATH: programFolders(environment).join(delimiter) },
      platform: environment.platform,
      lookup: (program) => findProgram(program, environment),
      realFolder: (path) => realFolder(context, path),
    },
  });
  const named = gaps.map((gap) => ({ ...gap, location: { ...gap.location, file: join(root, gap.location.file) } }));
  return { plan, gaps: named };
}

function realFolder({ files }: Context, path: string): string | undefined {
  try {
    return files.kind(path) === 'directory' ? files.real(path) : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a file; undefined when there is none, or it is not UTF-8 (then it cannot be written back byte for byte). */
function readText(context: Context, path: string): string | undefined {
  const bytes = bytesAt(context, path);
  return bytes === undefined ? undefined : utf8Of(bytes);
}

/** @returns undefined when there is no file */
function bytesAt({ files }: Context, path: string): Uint8Array | undefined {
  try {
    return files.read(path);
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

const utf8Of = (bytes: Uint8Array): string | undefined =>
  isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined;

/** The configuration first: what entries lead to is there before they do. */
function changesOf(plan: Plan, configuration: string, existing: string | undefined, place: OwnPlace): FileChange[] {
  const added = plan.servers.filter(({ isNew }) => isNew).map(({ name, settings }) => [name, settings] as const);
  const edits = plan.edits.map(({ file, before, after }) => ({
    path: file,
    before: Buffer.from(before),
    after: Buffer.from(after),
  }));
  if (added.length === 0) return edits;
  const text = configurationText(existing ?? place, Object.fromEntries(added));
  parseGatewayConfig(text, configuration);
  return [
    {
      path: configuration,
      before: existing === undefined ? undefined : Buffer.from(existing),
      after: Buffer.from(text),
    },
    ...edits,
  ];
}
