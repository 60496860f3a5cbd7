import { expect, it } from 'vitest';
import { launchSettings } from '../../sandbox/settings.ts';
import { exitTeller } from './upstreams.ts';

const confined = { settings: launchSettings.parse({ command: '/usr/bin/node' }) };
const free = { settings: launchSettings.parse({ command: '/usr/bin/node', sandbox: { none: 'it needs the camera' } }) };

it('tells what a program that ended wrote last, once, and what its sandbox may have to do with it', () => {
  const told: string[] = [];
  const exited = exitTeller(confined, ['hunter2'], (line) => told.push(line));
  exited('files', 'exited with 1', 'Error: no folder /data\nwith hunter2\n', false);
  exited('files', 'exited with 1', 'Error: no folder /data\nwith hunter2\n', false);
  expect(told).toEqual([
    'server files exited with 1 and wrote:',
    '  | Error: no folder /data',
    '  | with [secret]',
    expect.stringContaining('`readable` and `writable`'),
    'server files exited with 1',
  ]);
});

it.each([
  ['without a sandbox', free, false],
  ['that had worked', confined, true],
])('says nothing of the sandbox of a program %s', (_what, launch, hasSpoken) => {
  const told: string[] = [];
  exitTeller(launch, [], (line) => told.push(line))('files', 'exited with 1', 'oops', hasSpoken);
  expect(told).toEqual(['server files exited with 1 and wrote:', '  | oops']);
});
