import { DemarcError } from '../base/errors.ts';

/** What the system said about a file, as an error for people; undefined for anything else that was thrown. */
export function fileError(thrown: unknown): DemarcError | undefined {
  if (!isFileError(thrown)) return undefined;
  const { syscall, path, message } = thrown;
  // `EACCES: permission denied, open '/audit/checkpoint'`
  const why = /^[A-Z0-9]+: (.+?), /.exec(message)?.[1] ?? message;
  return new DemarcError('DMC_FILE', `${syscall} \`${path}\`: ${why}`, { cause: thrown });
}

/** Whether a file is there and this user may not read it. */
export function isForbidden(thrown: unknown): boolean {
  return isFileError(thrown) && (thrown.code === 'EACCES' || thrown.code === 'EPERM');
}

function isFileError(thrown: unknown): thrown is Error & { syscall: string; path: string; code: string } {
  return (
    thrown instanceof Error &&
    ['syscall', 'path', 'code'].every(
      (name) => typeof (thrown as unknown as Record<string, unknown>)[name] === 'string',
    )
  );
}
