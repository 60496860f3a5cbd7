import { mkdtempSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeDurableFiles } from '../../app/node-durable-files.ts';
import { limits } from '../../base/limits.ts';
import type { EventInput } from '../../model/event.ts';
import { parseEventInput } from '../event-input.ts';
import { formatKill, type Kill, killFileName, parseKill } from './kill.ts';
import { type KillFiles, KillFolder } from './kill-folder.ts';
import { KillSwitch } from './kill-switch.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demarc-kill-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const kill = (scope: Kill['scope'], name = '', reason = 'it pays strangers'): Kill => ({
  scope,
  name,
  reason,
  by: 'jane',
  at: '2026-11-28T08:00:00.000Z',
});

let made = 0;
function world(files: Partial<KillFiles> = {}) {
  const path = join(scratch, `kill-${++made}`);
  const folder = new KillFolder({ ...nodeDurableFiles(), ...files }, path);
  const events: EventInput[] = [];
  const killSwitch = new KillSwitch({ folder, onChange: (event) => void events.push(event) });
  return { path, folder, events, killSwitch };
}

describe('the kill switch', () => {
  it('stops a run, an agent, or everything, and lets go again; each is told once', async () => {
    const { folder, killSwitch, events } = world();
    expect(killSwitch.check({ run: 'r1', agent: 'a' })).toBe('kill.unreadable');
    await killSwitch.refresh();
    expect(killSwitch.check({ run: 'r1', agent: 'a' })).toBeUndefined();
    await folder.set(kill('run', 'r1'));
    await folder.set(kill('agent', 'b'));
    await killSwitch.refresh();
    await killSwitch.refresh();
    expect([
      killSwitch.check({ run: 'r1', agent: 'a' }),
      killSwitch.check({ run: 'r2', agent: 'b' }),
      killSwitch.check({ run: 'r2', agent: 'a' }),
      killSwitch.check({ run: 'b', agent: 'r1' }),
    ]).toEqual(['kill.run', 'kill.agent', undefined, undefined]);
    await folder.set(kill('all'));
    await killSwitch.refresh();
    expect(killSwitch.check({ run: 'r2', agent: 'a' })).toBe('kill.all');
    expect(await folder.lift({ scope: 'all', name: '' })).toEqual([kill('all')]);
    expect(await folder.lift()).toHaveLength(2);
    await killSwitch.refresh();
    expect(killSwitch.check({ run: 'r1', agent: 'b' })).toBeUndefined();
    expect(events.map(({ decision, reasons }) => `${decision} ${reasons?.join()}`).sort()).toEqual([
      'allow kill.agent',
      'allow kill.all',
      'allow kill.run',
      'deny kill.agent',
      'deny kill.all',
      'deny kill.run',
    ]);
    const { name: _, scope: __, ...payload } = kill('run');
    const facts = { kind: 'config.change', source: 'gateway', reference: 'kill-switch', severity: 'high' };
    const ordered = { ...facts, decision: 'deny', alsoAbout: ['jane'], payload };
    expect(events).toEqual(
      expect.arrayContaining([
        { ...ordered, reasons: ['kill.run'], run: 'r1' },
        { ...ordered, reasons: ['kill.agent'], agent: 'b' },
        { ...ordered, reasons: ['kill.all'] },
      ]),
    );
    for (const event of events) {
      const { input, problems } = parseEventInput(JSON.parse(JSON.stringify(event)), Date.now());
      expect([input.kind, problems]).toEqual(['config.change', []]);
      expect(JSON.stringify({ ...event, payload: undefined, alsoAbout: undefined })).not.toContain('jane');
    }
  });

  it('ends calls in flight, of that run only', async () => {
    const { folder, killSwitch } = world();
    await killSwitch.refresh();
    const [one, same, other] = [
      killSwitch.enter({ run: 'r1', agent: 'a' }),
      killSwitch.enter({ run: 'r1', agent: 'a' }),
      killSwitch.enter({ run: 'r2', agent: 'a' }),
    ];
    await folder.set(kill('run', 'r1'));
    await killSwitch.refresh();
    expect([one.signal.aborted, same.signal.aborted, other.signal.aborted]).toEqual([true, true, false]);
    expect(one.signal.reason).toBe('kill.run');
    const late = killSwitch.enter({ run: 'r1', agent: 'a' });
    expect(late.signal.aborted).toBe(true);
    await folder.lift();
    await killSwitch.refresh();
    // What was stopped stays stopped; what begins now is new.
    const fresh = killSwitch.enter({ run: 'r1', agent: 'a' });
    expect([one.signal.aborted, fresh.signal.aborted]).toEqual([true, false]);
    for (const { leave } of [one, same, late]) leave();
    await folder.set(kill('agent', 'a'));
    await killSwitch.refresh();
    expect([fresh.signal.reason, other.signal.reason]).toEqual(['kill.agent', 'kill.agent']);
  });

  it('ends what is left of a run after one call of it is over', async () => {
    const { folder, killSwitch } = world();
    await killSwitch.refresh();
    const [one, other] = [killSwitch.enter({ run: 'r1', agent: 'a' }), killSwitch.enter({ run: 'r1', agent: 'a' })];
    one.leave();
    one.leave();
    await folder.set(kill('run', 'r1'));
    await killSwitch.refresh();
    expect(other.signal.aborted).toBe(true);
    other.leave();
    expect(killSwitch.enter({ run: 'r1', agent: 'a' }).signal).not.toBe(one.signal);
  });

  it('is not in force while its order is being written, and nobody else reads what it says', async () => {
    const { path, folder, killSwitch } = world();
    await folder.set(kill('run', 'r1'));
    expect(statSync(join(path, killFileName(kill('run', 'r1')))).mode & 0o777).toBe(0o600);
    writeFileSync(join(path, 'all.json.tmp'), '');
    await killSwitch.refresh();
    expect(killSwitch.check({ run: 'another', agent: 'a' })).toBeUndefined();
  });

  it('is in force where its order is there and cannot be opened', async () => {
    const { path, killSwitch } = world({ read: () => Promise.resolve(undefined) });
    mkdirSync(path);
    writeFileSync(join(path, 'run-1.json'), formatKill(kill('run', 'r1')));
    await killSwitch.refresh();
    expect(killSwitch.check({ run: 'another', agent: 'a' })).toBe('kill.all');
  });

  it('is in force from the start of a gateway on', async () => {
    const { path, folder } = world();
    await folder.set(kill('all'));
    const events: EventInput[] = [];
    const again = new KillSwitch({
      folder: new KillFolder(nodeDurableFiles(), path),
      onChange: (event) => void events.push(event),
    });
    const stop = new AbortController();
    const timer = { wait: () => Promise.resolve(stop.abort()) };
    await again.run(timer, stop.signal);
    expect(again.check({ run: 'r', agent: 'a' })).toBe('kill.all');
    expect(events).toMatchObject([{ reasons: ['kill.all'], payload: { reason: 'it pays strangers' } }]);
  });

  it('knows a run by what its client calls it as well', async () => {
    const { folder, killSwitch } = world();
    await killSwitch.refresh();
    const own = { run: 'named.abc', agent: 'a', named: 'nightly' };
    const inFlight = killSwitch.enter(own);
    await folder.set(kill('run', 'nightly'));
    await killSwitch.refresh();
    expect([killSwitch.check(own), inFlight.signal.reason]).toEqual(['kill.run', 'kill.run']);
    expect(killSwitch.check({ run: 'named.def', agent: 'a', named: 'daily' })).toBeUndefined();
  });

  it('takes orders that are given at once', async () => {
    const { folder, killSwitch } = world();
    const names = Array.from({ length: 20 }, (_, n) => `run-${n}`);
    await Promise.all(names.map((name) => folder.set(kill('run', name))));
    await killSwitch.refresh();
    expect(names.map((name) => killSwitch.check({ run: name, agent: 'a' }))).toEqual(names.map(() => 'kill.run'));
  });

  it.each(['all', 'all.json', 'stop', 'run-1.json'])('`touch %s` stops everything', async (name) => {
    const { path, killSwitch, events } = world();
    mkdirSync(path);
    writeFileSync(join(path, name), '');
    await killSwitch.refresh();
    expect(killSwitch.check({ run: 'r', agent: 'a' })).toBe('kill.all');
    // Half written, and then whole.
    writeFileSync(join(path, name), formatKill(kill('run', 'r1')));
    await killSwitch.refresh();
    expect([killSwitch.check({ run: 'r', agent: 'a' }), killSwitch.check({ run: 'r1', agent: 'a' })]).toEqual([
      undefined,
      'kill.run',
    ]);
    expect(events.map(({ reasons }) => reasons?.[0])).toEqual(['kill.all', 'kill.run']);
  });

  it('an order that is lifted while the folder is looked at stops nobody', async () => {
    const files = nodeDurableFiles();
    const { path, folder, killSwitch } = world({
      read: async (name) => {
        await files.remove(join(path, 'run-1.json'));
        return files.read(name);
      },
    });
    await killSwitch.refresh();
    const other = killSwitch.enter({ run: 'another', agent: 'a' });
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'run-1.json'), formatKill(kill('run', 'r1')));
    await killSwitch.refresh();
    expect([killSwitch.check({ run: 'another', agent: 'a' }), other.signal.aborted]).toEqual([undefined, false]);
    writeFileSync(join(path, 'run-1.json'), formatKill(kill('run', 'r1')));
    expect([await folder.lift(), await folder.list()]).toEqual([[], []]);
  });

  it('that cannot be read stops everything after some attempts, and says so once', async () => {
    let fails = false;
    const files = nodeDurableFiles();
    const list: KillFiles['list'] = (folder) => (fails ? Promise.reject(new Error('EACCES')) : files.list(folder));
    const { killSwitch, events } = world({ list });
    await killSwitch.refresh();
    const call = killSwitch.enter({ run: 'r', agent: 'a' });
    fails = true;
    for (const reason of [undefined, undefined, 'kill.unreadable', 'kill.unreadable']) {
      await killSwitch.refresh();
      expect(killSwitch.check({ run: 'r', agent: 'a' })).toBe(reason);
    }
    expect(call.signal.reason).toBe('kill.unreadable');
    expect(events).toEqual([
      {
        kind: 'config.change',
        source: 'gateway',
        reference: 'kill-switch',
        decision: 'deny',
        reasons: ['kill.unreadable'],
        severity: 'critical',
      },
    ]);
    fails = false;
    await killSwitch.refresh();
    expect(killSwitch.check({ run: 'r', agent: 'a' })).toBeUndefined();
  });

  it('whose folder cannot be written says so', async () => {
    const { path, folder } = world();
    writeFileSync(path, 'a file where the folder should be');
    await expect(folder.set(kill('all'))).rejects.toMatchObject({ code: 'DMC_KILL_SWITCH' });
  });
});

describe('limits of the kill switch', () => {
  it.each([
    [limits.killsMax, undefined],
    [limits.killsMax + 1, 'kill.all'],
  ])('%i kills', async (count, reason) => {
    const names = Array.from({ length: count }, (_, n) => `run-${n}.json`);
    const folder = { names: () => Promise.resolve(names), read: (name: string) => Promise.resolve(kill('run', name)) };
    const killSwitch = new KillSwitch({ folder, onChange: () => {} });
    await killSwitch.refresh();
    expect(killSwitch.check({ run: 'another', agent: 'a' })).toBe(reason);
  });

  it.each([
    [limits.killFileBytesMax, 'run'],
    [limits.killFileBytesMax + 1, 'all'],
  ])('a file of %i bytes', async (bytes, scope) => {
    const empty = formatKill(kill('run', 'r1', '')).length;
    const long = kill('run', 'r1', 'x'.repeat(bytes - empty));
    expect(parseKill(formatKill(long)).scope).toBe(scope);
    const { folder } = world();
    const set = folder.set(long);
    await (scope === 'run' ? set : expect(set).rejects.toMatchObject({ code: 'DMC_KILL_SWITCH' }));
  });

  it.each([
    [1_024, 'kill.run'],
    [1_025, undefined],
  ])('a name of %i characters stops nobody else', async (length, reason) => {
    const { folder, killSwitch } = world();
    const name = 'x'.repeat(length);
    const set = folder.set(kill('run', name));
    await (reason === undefined ? expect(set).rejects.toMatchObject({ code: 'DMC_KILL_SWITCH' }) : set);
    await killSwitch.refresh();
    expect([name, 'another'].map((run) => killSwitch.check({ run, agent: 'a' }))).toEqual([reason, undefined]);
  });

  it.each([
    'null',
    '[]',
    '{"scope":"run","name":""}',
    '{"scope":"all","name":"x","reason":"","by":"","at":""}',
    '\u0000',
  ])('%j is no kill, and stops everything', (text) => {
    expect(parseKill(Buffer.from(text)).scope).toBe('all');
    expect(parseKill(undefined).scope).toBe('all');
    expect(killFileName(kill('run', '../../x'))).toMatch(/^run-[0-9a-f]{32}\.json$/);
  });
});
