import { describe, expect, it } from 'vitest';
import { gatewaySettings } from '../../gateway/config/settings.ts';
import type { Context } from '../context.ts';
import { ownPaths, type PlacedConfig } from './own-paths.ts';

const context = {
  files: {
    real: (path: string) => {
      if (path.startsWith('/etc/gate/')) return path.replace('/etc/gate', '/srv/gate');
      throw new Error('no such file');
    },
  },
  environment: { variables: {}, homeDirectory: '/home/me', workingDirectory: '/work' },
} as unknown as Context;
const settings = gatewaySettings.parse({ version: 1, servers: { s: { url: 'http://127.0.0.1:1/' } } });
const pathsOf = (more: Partial<PlacedConfig['settings']>, path?: string): readonly string[] =>
  ownPaths(context, { settings: { ...settings, ...more }, folder: '/etc/gate', path });
const state = '/home/me/.local/state/demarc/gateway';
const lock = '/srv/gate/demarc.mcp-lock.json';

describe('what the gateway relies on', () => {
  it('is its state, its configuration, and what that names, behind all links', () => {
    const config = '/etc/gate/demarc.gateway.yaml';
    expect(pathsOf({}, config)).toEqual([state, state, '/srv/gate/demarc.gateway.yaml', lock]);
    expect(pathsOf({ state: '/var/gate', ledger: 'log', attributes: 'people.yaml' })).toEqual([
      '/var/gate',
      state,
      '/srv/gate/log',
      '/srv/gate/people.yaml',
      lock,
    ]);
  });

  it('is a folder of policies; a shipped set is part of the program', () => {
    expect(pathsOf({ policies: { set: 'mine' } })).toContain('/srv/gate/mine');
    expect(pathsOf({ policies: { set: 'lockdown' } })).not.toContain('/srv/gate/lockdown');
  });
});
