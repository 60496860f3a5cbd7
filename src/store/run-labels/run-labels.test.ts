import { describe, expect, it } from 'vitest';
import { Rng, SimulatedDisk, diskError } from '../../../test/faults/simulated-disk.ts';
import { limits } from '../../base/limits.ts';
import { RunLabelFile } from './run-labels.ts';

const path = '/state/run-labels.jsonl';
const tainted = { confidentiality: 'restricted', tainted: true } as const;
const clean = { confidentiality: 'public', tainted: false } as const;

describe('labels of runs', () => {
  it('outlive a power loss at any point once acknowledged', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const rng = new Rng(seed);
      const disk = new SimulatedDisk(rng);
      const acknowledged = new Set<string>();
      disk.crashAt = 8 + rng.below(40);
      const work = async (): Promise<void> => {
        const file = await RunLabelFile.open(disk.files, path);
        for (let at = 0; at < 30; at += 3)
          await Promise.all(
            [0, 1, 2].map((more) =>
              file.write(`r-${at + more}`, tainted).then(() => acknowledged.add(`r-${at + more}`)),
            ),
          );
      };
      await Promise.race([work().catch(() => undefined), disk.crashed]);
      const after = await RunLabelFile.open(disk.reboot().files, path);
      for (const run of acknowledged) expect(after.read(run), `seed ${seed}`).toEqual(tainted);
    }
  });

  it('a failed sync is told, and the label is written with the next one', async () => {
    const disk = new SimulatedDisk(new Rng(1));
    const file = await RunLabelFile.open(disk.files, path);
    disk.fault = (call) => {
      if (call === 'fsync') throw diskError('EIO');
    };
    await expect(file.write('r-1', tainted)).rejects.toThrow('EIO');
    expect(file.read('r-1')).toEqual(tainted);
    disk.fault = () => undefined;
    await file.write('r-2', clean);
    disk.cutPower();
    const after = await RunLabelFile.open(disk.reboot().files, path);
    expect([after.read('r-1'), after.read('r-2')]).toEqual([tainted, clean]);
  });

  it('lines nobody wrote are left out', async () => {
    const disk = new SimulatedDisk(new Rng(1));
    disk.tamper(
      path,
      Buffer.from('["a","public",false]\n{"b":1}\nnot json\n["c","secret",true]\n["d","restricted",tr'),
    );
    const file = await RunLabelFile.open(disk.files, path);
    expect(['a', 'b', 'c', 'd'].map((run) => file.read(run))).toEqual([clean, undefined, undefined, undefined]);
  });

  it.each([0, 1])('of limit + %i runs those that changed last are kept', async (more) => {
    const disk = new SimulatedDisk(new Rng(1));
    const lines = Array.from({ length: limits.runLabelsMax + more }, (_, at) => `["r-${at}","restricted",true]\n`);
    disk.tamper(path, Buffer.from([...lines, lines[0]].join('')));
    const file = await RunLabelFile.open(disk.files, path);
    expect(['r-0', 'r-1', 'r-2'].map((run) => file.read(run))).toEqual([
      tainted,
      more === 0 ? tainted : undefined,
      tainted,
    ]);
    await file.write(`r-${1 + more}`, clean);
    await file.write('r-new', clean);
    const read = [1, 2].map((at) => file.read(`r-${at + more}`));
    expect([...read, file.read('r-new')]).toEqual([clean, undefined, clean]);
  });
});
