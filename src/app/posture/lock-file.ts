import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { LockedClient } from '../../integrity/posture-lock.ts';
import { formatPostureLock, parsePostureLock } from '../../integrity/posture-lock-file.ts';
import { postureLockName } from '../../integrity/posture-lock-name.ts';
import type { Context } from '../context.ts';

/** The clients of a lock; none where there is no file. @throws DemarcError `DMC_POSTURE_LOCK` */
export function readPostureLock({ files }: Context, file: string): readonly LockedClient[] {
  let text: string;
  try {
    if (files.size(file) > limits.fileBytesMax)
      throw new DemarcError('DMC_POSTURE_LOCK', `\`${postureLockName}\` is larger than ${limits.fileBytesMax} bytes`);
    text = Buffer.from(files.read(file)).toString('utf8');
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'ENOENT') return [];
    throw thrown;
  }
  return parsePostureLock(text, postureLockName);
}

/** Replaces the lock. What could not be read again is not written. @throws DemarcError `DMC_POSTURE_LOCK` */
export function writePostureLock({ writer }: Context, file: string, clients: readonly LockedClient[]): void {
  const text = formatPostureLock(clients);
  parsePostureLock(text, postureLockName);
  writer.replaceAll(file, [text]);
}
