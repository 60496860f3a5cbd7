import { describe, expect, it } from 'vitest';
import { Rng, SimulatedDisk, diskError } from '../../test/faults/simulated-disk.ts';
import { LineFile, linesOf } from './line-file.ts';

const path = '/state/lines.jsonl';

/** What was written, and the file that follows it. */
async function open(
  disk: SimulatedDisk,
  linesMax: number,
): Promise<{ readonly all: string[]; readonly file: LineFile }> {
  const all = [...linesOf(await disk.files.read(path))];
  return { all, file: await LineFile.open({ files: disk.files, path, all: () => new Set(all), linesMax }) };
}

const linesOn = (disk: SimulatedDisk): readonly string[] => linesOf(disk.content(path));

describe('a file of lines', () => {
  it('holds what was acknowledged after a power loss at any point, also while it is written anew', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const rng = new Rng(seed);
      const disk = new SimulatedDisk(rng);
      const acknowledged = new Set<string>();
      disk.crashAt = 8 + rng.below(60);
      const work = async (): Promise<void> => {
        const { all, file } = await open(disk, 12);
        for (let at = 0; at < 40; at++) {
          const line = `line ${at % 10}`;
          all.push(line);
          await file.write(line).then(() => acknowledged.add(line));
        }
      };
      await Promise.race([work().catch(() => undefined), disk.crashed]);
      const after = linesOn(disk.reboot());
      for (const line of acknowledged) expect(after, `seed ${seed}`).toContain(line);
    }
  });

  it('is written anew when it has grown too long, and what could not be is with the next line', async () => {
    const disk = new SimulatedDisk(new Rng(1));
    const { all, file } = await open(disk, 3);
    const write = (line: string): Promise<void> => {
      all.push(line);
      return file.write(line);
    };
    for (const line of ['a', 'a', 'a']) await write(line);
    expect(linesOn(disk)).toEqual(['a', 'a', 'a']);
    disk.fault = (call) => {
      if (call === 'rename') throw diskError('EIO');
    };
    await expect(write('b')).rejects.toThrow('EIO');
    disk.fault = () => undefined;
    await write('c');
    expect(linesOn(disk)).toEqual(['a', 'b', 'c']);
    await file.close();
  });

  it('is readable by its owner only, and without the line that was cut off', async () => {
    const disk = new SimulatedDisk(new Rng(1));
    const modes: unknown[] = [];
    const replace: typeof disk.files.replace = (at, data, mode) => {
      modes.push(mode);
      return disk.files.replace(at, data, mode);
    };
    await LineFile.open({ files: { ...disk.files, replace }, path, all: () => ['a'], linesMax: 3 });
    expect(modes).toEqual([0o600]);
    expect(linesOf(Buffer.from('a\n\nb\nc'))).toEqual(['a', 'b']);
  });
});
