import type { DurableFiles } from '../base/ports.ts';
import type { LineOutput } from './deliver.ts';

/**
 * Lines appended to a file, durable when `write` resolves. The file is opened for each batch, so it may be rotated between
 * two. A batch that failed half way is taken back; a line that a crash cut short is closed before the next batch.
 *
 * @param isCut whether a file ends without a line break; asked before the first batch of a run
 */
export function fileOutput(files: DurableFiles, path: string, isCut: (path: string) => Promise<boolean>): LineOutput {
  let mayBeCut = true;
  return {
    async write(text) {
      const start = mayBeCut && (await isCut(path)) ? '\n' : '';
      const file = await files.openAppend(path);
      const before = file.size;
      try {
        await file.append([Buffer.from(start + text)]);
        await file.sync();
        mayBeCut = false;
      } catch (thrown) {
        // Where even this fails, the next batch looks again whether the last line is whole.
        mayBeCut = true;
        await file.truncate(before);
        throw thrown;
      } finally {
        await file.close();
      }
    },
  };
}
