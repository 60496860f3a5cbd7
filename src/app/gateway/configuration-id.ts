import { createHash } from 'node:crypto';
import type { Files } from '../../base/ports.ts';

/** Names a configuration by where it lies; who does not know the place learns nothing about it. @param path absolute */
export function configurationId(files: Pick<Files, 'real'>, path: string): string {
  return createHash('sha256').update(files.real(path)).digest('hex');
}
