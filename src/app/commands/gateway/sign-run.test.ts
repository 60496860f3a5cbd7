import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplicationContext, buildApplication, buildRouteMap, run } from '@stricli/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ed25519Signer, formatSignerKey, formatVerifierKey } from '../../../ledger/note.ts';
import { ServerLaunch } from '../../../sandbox/server-launch.ts';
import type { Context } from '../../context.ts';
import { parseGatewayConfig } from '../../gateway/read-config.ts';
import { readServerKey, signaturePathOf } from '../../gateway/servers-signature.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { nodeFiles } from '../../node-ports.ts';
import { keepingContext } from '../ledger/fixtures/real-ledger.ts';
import { serveCommand } from './serve.ts';
import { signCommand } from './sign.ts';

const application = buildApplication(
  buildRouteMap({ routes: { sign: signCommand, serve: serveCommand }, docs: { brief: 'gateway' } }),
  { name: 'gateway', scanner: { caseStyle: 'allow-kebab-for-camel' }, determineExitCode: () => 2 },
);

describe('demarc gateway sign', () => {
  let folder: string;
  let config: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'demarc-gateway-sign-')));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'serve.mjs'), 'serve()');
    config = join(folder, 'demarc.gateway.yaml');
    write('');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (more: string, state = 'state'): void =>
    writeFileSync(
      config,
      `version: 1\nstate: ${state}\nservers:\n  files:\n    command: ${process.execPath}\n    args: [${folder}/bin/serve.mjs]\n${more}  remote:\n    url: https://mcp.example.com\n`,
    );
  const contextOf = (): ReturnType<typeof keepingContext> & Context => {
    const context = keepingContext();
    const environment = { ...context.environment, variables: { DEMARC_GATEWAY_STATE: join(folder, 'own-state') } };
    return { ...context, environment: { ...environment, workingDirectory: folder } };
  };
  async function gateway(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const context = contextOf();
    await run(application, args, context as Context & ApplicationContext);
    return { code: Number(context.process.exitCode ?? 0), out: context.out.join(''), err: context.err.join('') };
  }
  async function load(): Promise<ReadonlyMap<string, ServerLaunch>> {
    const { written } = parseGatewayConfig(readFileSync(config, 'utf8'), config);
    const note = existsSync(signaturePathOf(config)) ? readFileSync(signaturePathOf(config), 'utf8') : undefined;
    const key = await readServerKey(nodeDurableFiles(), contextOf().environment);
    return ServerLaunch.load(written, { note, key }, { files: nodeFiles, node: process.execPath });
  }

  it('signs the servers that start programs, and says what they are and may do', async () => {
    const signed = await gateway('sign');
    expect(signed).toMatchObject({ code: 0, err: '' });
    expect(signed.out.split('\n')).toEqual([
      `files: "${process.execPath}" "${folder}/bin/serve.mjs"`,
      expect.stringMatching(/^ {2}.*\/bin\/serve\.mjs sha256:[0-9a-f]{64}$/),
      '  in a sandbox; no network',
      expect.stringMatching(/^signed 1 server with demarc\.local\/gateway-servers\+/),
      '',
    ]);
    expect([...(await load()).keys()]).toEqual(['files']);
    expect(statSync(join(folder, 'own-state', 'servers.key')).mode & 0o777).toBe(0o600);
    // The same key the next time.
    expect((await gateway('sign', 'demarc.gateway.yaml')).out).toBe(signed.out);
  });

  it('says with which variables, and in which networks besides', async () => {
    write(
      `    env: {NODE_OPTIONS: '--import=/srv/x.mjs', TOKEN: {secret: 'store:x'}}\n    sandbox: {egress: [{to: 'db.internal:5432', networks: [10.0.0.0/8]}]}\n`,
    );
    const { out } = await gateway('sign');
    expect(out).toContain('  with NODE_OPTIONS="--import=/srv/x.mjs", TOKEN of store:x\n');
    expect(out).toContain('; connects to db.internal:5432 (in 10.0.0.0/8 too)\n');
  });

  it('lets nothing in a configuration look like another: what it says is what is signed', async () => {
    const quote = (text: string): string => JSON.stringify(text);
    write(`    sandbox: {none: ${quote('x\u001b[1A\u001b[2K\n  in a sandbox; no network')}}\n`);
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace('/bin/serve.mjs]', `/bin/serve.mjs, ${quote('/\u202egone\u009b2K')}]`));
    const { out, err } = await gateway('sign');
    expect(out.split('\n')).toContain('  no sandbox: x‹U+001B›[1A‹U+001B›[2K   in a sandbox; no network');
    for (const hidden of ['\u001b', '\u009b', '\u202e']) expect(out + err).not.toContain(hidden);
  });

  it('warns of an argument that is a path and leads to nothing', async () => {
    const text = readFileSync(config, 'utf8');
    writeFileSync(
      config,
      text.replace('/bin/serve.mjs]', `/bin/serve.mjs, ${folder}/bin, ${folder}/gone, --x=/y, gone]`),
    );
    const { code, err } = await gateway('sign');
    expect([code, err]).toEqual([
      0,
      `warning: server files: there is no \`${folder}/gone\`, which stands in its arguments\n`,
    ]);
  });

  it('warns of a server that loads its package when it starts: what it loads is not signed', async () => {
    writeFileSync(join(folder, 'bin', 'npx'), '#!/bin/sh\n', { mode: 0o755 });
    const text = readFileSync(config, 'utf8').replace(process.execPath, `${folder}/bin/npx`);
    writeFileSync(config, text.replace(/args: .*/, 'args: [-y, acme-mcp@1.0.0]'));
    const { code, err } = await gateway('sign');
    expect([code, err]).toEqual([
      0,
      'warning: server files: npx loads `acme-mcp` anew, which is not signed: name it by `package` (docs/guide/sandbox.md#signing)\n',
    ]);
  });

  it('G8: what changes afterwards is refused until it is signed again', async () => {
    await expect(load()).rejects.toThrow('is not signed');
    await gateway('sign');
    writeFileSync(join(folder, 'bin', 'serve.mjs'), 'steal()');
    await expect(load()).rejects.toThrow('serve.mjs` changed');
    await gateway('sign');
    await load();
    write('    sandbox: {egress: [evil.example.net]}\n');
    await expect(load()).rejects.toThrow('its entry changed');
    const again = await gateway('sign');
    expect(again.out).toContain('in a sandbox; connects to evil.example.net:443');
    write("    sandbox: {none: 'it is faster this way'}\n");
    expect((await gateway('sign')).out).toContain('no sandbox: it is faster this way');
  });

  it('G8: a configuration does not choose the key: a state folder it names counts for nothing', async () => {
    await gateway('sign');
    const evil = ed25519Signer('demarc.local/gateway-servers', Buffer.alloc(32, 9));
    mkdirSync(join(folder, 'evil'));
    writeFileSync(join(folder, 'evil', 'servers.pub'), `${formatVerifierKey(evil.verifier)}\n`);
    write('', 'evil');
    await gateway('sign');
    expect((await readServerKey(nodeDurableFiles(), contextOf().environment))?.keyId).not.toBe(evil.verifier.keyId);
    await load();
  });

  it('the gateway refuses to serve what is not signed', async () => {
    const served = await gateway('serve');
    expect(served.code).toBe(2);
    expect(served.err).toContain('server `files` starts a process and is not signed [DMC_SERVER_UNSIGNED]');
    expect(served.err).toContain('hint: look at what changed, then sign it: `demarc gateway sign <config>`');
    await gateway('sign');
    const other = ed25519Signer('acme.example/servers', Buffer.alloc(32, 4));
    const refused = await gateway('serve', '--server-key', formatVerifierKey(other.verifier));
    expect(refused.err).toContain('is not signed with the key `acme.example/servers` [DMC_SERVER_UNSIGNED]');
  });

  it('signs with a key that is kept elsewhere', async () => {
    const seed = Buffer.alloc(32, 4);
    writeFileSync(join(folder, 'key'), formatSignerKey('acme.example/servers', seed), { mode: 0o600 });
    expect((await gateway('sign', '--key', 'key')).out).toContain('signed 1 server with acme.example/servers+');
    // The gateway of this machine has no such key, and made none.
    await expect(load()).rejects.toThrow('there is no key');
    expect(existsSync(join(folder, 'own-state', 'servers.key'))).toBe(false);
    mkdirSync(join(folder, 'own-state'));
    const key = formatVerifierKey(ed25519Signer('acme.example/servers', seed).verifier);
    writeFileSync(join(folder, 'own-state', 'servers.pub'), `${key}\n`);
    await load();
    // Nor is one made where the public one was put.
    expect(await gateway('sign')).toMatchObject({ code: 2, err: expect.stringContaining('DMC_LEDGER_KEY') });
    chmodSync(join(folder, 'key'), 0o644);
    expect((await gateway('sign', '--key', 'key')).err).toContain('is readable by others [DMC_LEDGER_KEY]');
  });

  it('signs no server that may write what the gateway relies on', async () => {
    mkdirSync(join(folder, 'own-state'));
    write(`    sandbox: {writable: [${folder}/own-state]}\n`);
    const { code, err } = await gateway('sign');
    expect(code).toBe(2);
    expect(err).toContain('own-state` of the gateway: what it can replace cannot be relied on [DMC_SERVER_PROGRAM]');
    expect(err).toContain('hint: let it write another folder, or move what is relied on out of this one');
    expect(existsSync(signaturePathOf(config))).toBe(false);
  });

  it('refuses a program that is not there', async () => {
    rmSync(join(folder, 'bin'), { recursive: true });
    write(`    pin: [${folder}/bin/serve.mjs]\n`);
    expect(await gateway('sign')).toMatchObject({ code: 2, err: expect.stringContaining('[DMC_SERVER_PROGRAM]') });
    expect(existsSync(signaturePathOf(config))).toBe(false);
  });
});
