import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gatewaySettings } from '../../gateway/config/settings.ts';
import { brokerSettings } from '../../broker/settings.ts';
import { identitySettings } from '../../gateway/identify/settings.ts';
import type { Context } from '../context.ts';
import { ownPaths, type PlacedConfig } from './own-paths.ts';

const context = {
  files: {
    real: (path: string) => {
      if (path.endsWith('/new')) throw new Error('no such file');
      if (/^\/etc\/gate(?:\/|$)/.test(path)) return path.replace('/etc/gate', '/srv/gate');
      throw new Error('no such file');
    },
  },
  environment: { variables: {}, homeDirectory: '/home/me', workingDirectory: '/work' },
} as unknown as Context;
const settings = gatewaySettings.parse({ version: 1, servers: { s: { url: 'http://127.0.0.1:1/' } } });
const pathsOf = (more: Partial<PlacedConfig['settings']>, path?: string): readonly string[] =>
  ownPaths(context, { settings: { ...settings, ...more }, folder: '/etc/gate', path }).filter((one) => one !== program);
const program = fileURLToPath(new URL('../../', import.meta.url)).slice(0, -1);
const state = '/home/me/.local/state/demarc/gateway';
const keys = '/srv/gate/demarc.gateway.keys';
const lock = '/srv/gate/demarc.mcp-lock.json';

describe('what the gateway relies on', () => {
  it('is its state, its configuration, and what that names, behind all links', () => {
    const config = '/etc/gate/demarc.gateway.yaml';
    expect(pathsOf({}, config)).toEqual([state, state, '/srv/gate/demarc.gateway.yaml', lock, keys]);
    expect(pathsOf({ state: '/var/gate', ledger: 'log', attributes: 'people.yaml' })).toEqual([
      '/var/gate',
      state,
      '/srv/gate/log',
      '/srv/gate/people.yaml',
      lock,
      keys,
    ]);
  });

  it('is where it will be, behind links on the way there', () => {
    expect(pathsOf({ ledger: 'sub/new' })).toContain('/srv/gate/sub/new');
    expect(pathsOf({ ledger: '/nowhere/new' })).toContain('/nowhere/new');
  });

  it('is what people and agents are identified by, and secrets in files', () => {
    const identity = identitySettings.parse({
      origin: 'http://127.0.0.1:1',
      'api-keys': {},
      'run-tokens': { 'key-file': 'run.key' },
    });
    expect(pathsOf({ identity })).toEqual(expect.arrayContaining([keys, '/srv/gate/run.key']));
    const credentials = brokerSettings.parse({
      vault: { url: 'https://vault.example.com', token: 'file:/run/secrets/vault' },
    });
    expect(pathsOf({ credentials })).toContain('/run/secrets/vault');
  });

  it('is the program itself', () => {
    expect(ownPaths(context, { settings, folder: '/etc/gate' })).toContain(program);
  });

  it('is a folder of policies; a shipped set is part of the program', () => {
    expect(pathsOf({ policies: { set: 'mine' } })).toContain('/srv/gate/mine');
    expect(pathsOf({ policies: { set: 'lockdown' } })).not.toContain('/srv/gate/lockdown');
  });
});
