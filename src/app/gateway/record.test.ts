import { describe, expect, it } from 'vitest';
import { DemarcError, messageOf } from '../../base/errors.ts';
import { Unrecorded } from '../../gateway/pipeline/unrecorded.ts';
import { testSql } from '../../store/index/fixtures/test-sql.ts';
import { labelsInto, recordInto } from './record.ts';

describe('recording for a gateway', () => {
  it('the operator is told once when the ledger stops taking events, and once when it takes them again', async () => {
    const told: string[] = [];
    let fault: Error | undefined;
    const record = recordInto({
      recorder: {
        record: () =>
          fault === undefined ? Promise.resolve({ id: 'e', index: 0, leaf: new Uint8Array() }) : Promise.reject(fault),
      },
      clock: { now: () => 1_000 },
      tell: (line) => told.push(line),
    });
    const attempt = (): Promise<unknown> =>
      record({ kind: 'run.start', run: 'r', agent: 'a' }, 'durable').then(
        () => 'recorded',
        (thrown: unknown) => (thrown instanceof Unrecorded ? thrown.reason : messageOf(thrown)),
      );
    expect(await attempt()).toBe('recorded');
    fault = new DemarcError('DMC_LEDGER_BUSY', 'another has it');
    expect([await attempt(), await attempt()]).toEqual(['ledger.unavailable', 'ledger.unavailable']);
    fault = new DemarcError('DMC_EVENT_INVALID', 'the payload is large');
    expect(await attempt()).toBe('ledger.event-invalid');
    fault = undefined;
    expect([await attempt(), await attempt()]).toEqual(['recorded', 'recorded']);
    expect(told).toEqual([
      'the ledger does not take events: another has it',
      'an event of kind run.start cannot be recorded: the payload is large',
      'the ledger takes events again',
    ]);
  });

  it('and of the labels of runs, which it keeps, the same', async () => {
    const told: string[] = [];
    let fails = true;
    const write = (): Promise<void> => (fails ? Promise.reject(new Error('no space')) : Promise.resolve());
    const labels = labelsInto({ read: () => undefined, write }, (line) => told.push(line));
    const attempt = (): Promise<void> => labels.write('r', { confidentiality: 'public', tainted: false });
    for (let n = 0; n < 2; n++) await expect(attempt()).rejects.toThrow('no space');
    fails = false;
    for (let n = 0; n < 2; n++) await attempt();
    expect(told).toEqual(['labels of runs cannot be kept: no space', 'labels of runs are kept again']);
  });

  it('comes out of the transaction of the change it tells of as what it is', async () => {
    const fault = new Unrecorded(new Error('no space'));
    const sql = await testSql();
    await expect(sql.transaction(() => Promise.reject(fault))).rejects.toBe(fault);
  }, 120_000);
});
