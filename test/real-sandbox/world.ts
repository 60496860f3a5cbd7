import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { nodeClock, nodeFiles } from '../../src/app/node-ports.ts';
import { cryptoRandom } from '../../src/app/ledger/place.ts';
import { connectTo } from '../../src/app/sandbox/node-network.ts';
import { hostFacts } from '../../src/app/sandbox/host-facts.ts';
import { type StartedServer, startServer, type StartPorts } from '../../src/app/sandbox/start-server.ts';
import { ed25519Signer } from '../../src/ledger/note.ts';
import type { EventInput } from '../../src/model/event.ts';
import type { HostFacts } from '../../src/sandbox/host.ts';
import type { SandboxExit } from '../../src/sandbox/sandbox-events.ts';
import { ServerLaunch } from '../../src/sandbox/server-launch.ts';
import { lookAtProgram } from '../../src/sandbox/server-program.ts';
import { signServers } from '../../src/sandbox/signed-servers.ts';

const signer = ed25519Signer('test.example/servers', Buffer.alloc(32, 3));

/** What a program in a sandbox did. */
export interface Ran {
  readonly output: string;
  readonly errors: string;
  readonly exit: SandboxExit;
  /** What was recorded about it so far. */
  readonly events: () => readonly EventInput[];
}

/** A folder (not below `/tmp`, which is another inside), a host, and servers that are really signed, loaded and started. */
export class SandboxWorld {
  readonly folder: string;
  readonly events: EventInput[] = [];
  #host: HostFacts | undefined;

  constructor() {
    this.folder = realpathSync(mkdtempSync('/var/tmp/demarc-sandbox-'));
    chmodSync(this.folder, 0o755);
    for (const name of ['program', 'given', 'writable', 'sockets']) mkdirSync(join(this.folder, name));
    for (const name of ['writable', 'sockets']) chmodSync(join(this.folder, name), 0o777);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(path: string, text: string, mode = 0o644): string {
    const full = this.path(path);
    writeFileSync(full, text);
    chmodSync(full, mode);
    return full;
  }

  async host(): Promise<HostFacts> {
    this.#host ??= await hostFacts();
    return this.#host;
  }

  /** Signs and loads one entry. */
  async launch(entry: Readonly<Record<string, unknown>>): Promise<ServerLaunch> {
    const parts = { files: nodeFiles, node: (await this.host()).node };
    const note = signServers([lookAtProgram('probe', entry, parts)], 0, signer);
    const launch = ServerLaunch.load({ probe: entry }, { note, key: signer.verifier }, parts).get('probe');
    if (launch === undefined) throw new Error('not loaded');
    return launch;
  }

  async ports(changes: Partial<StartPorts> = {}): Promise<StartPorts> {
    return {
      clock: nodeClock,
      random: cryptoRandom,
      host: await this.host(),
      record: async (event) => void this.events.push(event),
      resolve: async () => [],
      connect: connectTo,
      folder: this.path('sockets'),
      ...changes,
    };
  }

  async start(
    entry: Readonly<Record<string, unknown>>,
    environment: Readonly<Record<string, string>> = {},
    changes: Partial<StartPorts> = {},
  ): Promise<StartedServer> {
    return startServer(await this.launch(entry), environment, await this.ports(changes));
  }

  /** An entry that runs a module of Node.js. */
  script(text: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    return { command: process.execPath, args: [this.write('program/probe.mjs', text)], ...more };
  }

  /** Runs a module of Node.js to its end in a sandbox. */
  run(
    text: string,
    more: Readonly<Record<string, unknown>> = {},
    environment: Readonly<Record<string, string>> = {},
    changes: Partial<StartPorts> = {},
  ): Promise<Ran> {
    return this.#run(this.script(text, more), environment, changes);
  }

  /** Runs Perl, which can make any system call, to its end in a sandbox. */
  perl(text: string, more: Readonly<Record<string, unknown>> = {}, changes: Partial<StartPorts> = {}): Promise<Ran> {
    return this.#run({ command: '/usr/bin/perl', args: ['-e', text], ...more }, {}, changes);
  }

  async #run(
    entry: Readonly<Record<string, unknown>>,
    environment: Readonly<Record<string, string>>,
    changes: Partial<StartPorts>,
  ): Promise<Ran> {
    const server = await this.start(entry, environment, changes);
    const [output, errors] = await Promise.all([textOf(server.output), textOf(server.errors)]);
    const exit = await server.exited;
    await server.ended;
    return {
      output,
      errors,
      exit,
      events: () => this.events.filter(({ reference }) => reference === server.reference),
    };
  }
}

/** What a module prints as JSON, which is all it prints. */
export function printed(ran: Ran): unknown {
  if (ran.exit.code !== 0) throw new Error(`${JSON.stringify(ran.exit)}\n${ran.output}\n${ran.errors}`);
  return JSON.parse(ran.output);
}

/** Processes of this machine whose command line holds a text. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

export async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += Buffer.from(chunk).toString('utf8');
  return text;
}
