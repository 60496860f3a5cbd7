import { join, resolve } from 'node:path';
import { z } from 'zod';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import type { Context } from '../../context.ts';
import { userCacheFolder } from '../../user-folders.ts';
import { nodeChildren } from '../node-child.ts';

/** The official servers that are tried, at these versions (registry.npmjs.org, read 2026-11-28). */
export const officialServers = ['filesystem', 'memory', 'everything'] as const;
export type OfficialServer = (typeof officialServers)[number];
const pinnedVersion = '2026.8.31';

const packageOf = (server: OfficialServer): string => `@modelcontextprotocol/server-${server}`;
const pinned = officialServers.map((server) => `${packageOf(server)}@${pinnedVersion}`);

/** The command that installs them into a folder. */
export const installCommand = `npm install --ignore-scripts ${pinned.join(' ')}`;

/** An official server that was found. */
export interface FoundServer {
  readonly server: OfficialServer;
  readonly version: string;
  /** The program that Node runs. */
  readonly program: string;
  /** The `node_modules` that it and what it needs are in. */
  readonly folder: string;
}

/**
 * Finds the official servers: in a folder that was named, or in what `--install` and `npx` left on this machine.
 * @throws DemarcError `DMC_PATH_NOT_FOUND` when a folder was named that has none of them
 */
export function findOfficialServers(context: Context, named: string | undefined): FoundServer[] {
  const { workingDirectory } = context.environment;
  const folders =
    named === undefined ? [installFolder(context), ...npxFolders(context)] : [resolve(workingDirectory, named)];
  const found = officialServers.flatMap((server) => {
    const [first] = folders.flatMap((folder) => serverIn(context, folder, server) ?? []);
    return first === undefined ? [] : [first];
  });
  if (named !== undefined && found.length === 0)
    throw new DemarcError('DMC_PATH_NOT_FOUND', `\`${named}\` has none of the official servers`, {
      hint: `in that folder: ${installCommand}`,
    });
  return found;
}

/** Installs the official servers into the user's cache folder. @throws DemarcError `DMC_UPSTREAM` when npm does not */
export async function installOfficialServers(context: Context, tell: (line: string) => void): Promise<void> {
  const folder = installFolder(context);
  context.writer.makeDirectory(folder);
  tell(`installing ${pinned.join(', ')} into ${folder}`);
  const variables = Object.entries(context.environment.variables).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const npm = nodeChildren().start({
    path: context.environment.platform === 'win32' ? 'npm.cmd' : 'npm',
    args: ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...pinned],
    environment: Object.fromEntries(variables),
    directory: folder,
  });
  const said = Promise.all([textOf(npm.output), textOf(npm.errors)]);
  const why = await npm.ended;
  const [, errors] = await said;
  if (why !== 'exited with 0')
    throw new DemarcError('DMC_UPSTREAM', `npm ${why}: ${lastLine(errors)}`, {
      hint: `in a folder of your own: ${installCommand}; then --servers <folder>`,
    });
}

async function textOf(pipe: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of pipe) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

function installFolder({ environment }: Context): string {
  return join(userCacheFolder(environment), 'demarc', 'try-servers');
}

/** Folders that `npx` keeps packages in (docs.npmjs.com/cli, npx and `cache`). */
function npxFolders({ files, environment: { variables, homeDirectory, platform } }: Context): string[] {
  const usual =
    platform === 'win32'
      ? join(variables['LOCALAPPDATA'] ?? join(homeDirectory, 'AppData', 'Local'), 'npm-cache')
      : join(homeDirectory, '.npm');
  const folder = join(variables['npm_config_cache'] ?? usual, '_npx');
  try {
    return files.list(folder).flatMap(({ name, kind }) => (kind === 'directory' ? [join(folder, name)] : []));
  } catch {
    return [];
  }
}

const manifest = z.looseObject({
  version: z.string(),
  bin: z.union([z.string(), z.record(z.string(), z.string())]),
});

function serverIn({ files }: Context, folder: string, server: OfficialServer): FoundServer | undefined {
  const root = join(folder, 'node_modules', packageOf(server));
  let text: string;
  try {
    text = Buffer.from(files.read(join(root, 'package.json'))).toString('utf8');
  } catch {
    return undefined;
  }
  try {
    const { version, bin } = manifest.parse(JSON.parse(text));
    const [program] = typeof bin === 'string' ? [bin] : Object.values(bin);
    return program === undefined
      ? undefined
      : { server, version, program: join(root, program), folder: join(folder, 'node_modules') };
  } catch (thrown) {
    throw new DemarcError('DMC_FILE', `\`${root}/package.json\` is no package: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}
