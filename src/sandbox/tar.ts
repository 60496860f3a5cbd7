import { gunzipSync } from 'node:zlib';
import { limits } from '../base/limits.ts';

const blockBytes = 512;

/**
 * The files of a gzip-compressed tar archive as npm publishes them: paths below the one folder everything lies in, with their bytes.
 * Formats: ustar (POSIX.1-1988) and pax headers (POSIX.1-2001), which npm writes for long paths. What is no file or folder is an error: npm
 * packs no links.
 *
 * @throws RangeError for what is no such archive; the platform's error for what is not gzip, or unpacks to too much
 */
export function readPackageArchive(
  archive: Uint8Array,
  bytesMax: number = limits.sandboxArchiveBytesMax,
): ReadonlyMap<string, Uint8Array> {
  const tar = gunzipSync(archive, { maxOutputLength: bytesMax });
  const found = new Map<string, Uint8Array>();
  let longPath: string | undefined;
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const header = tar.subarray(at, at + blockBytes);
    if (header.every((byte) => byte === 0)) break;
    const size = octal(header.subarray(124, 136));
    const content = tar.subarray(at + blockBytes, at + blockBytes + size);
    if (content.length !== size) throw new RangeError('the archive ends too early');
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') longPath = paxPath(content) ?? longPath;
    else if (type === '0' || type === '\0') {
      found.set(inPackage(longPath ?? pathOf(header)), content);
      longPath = undefined;
    } else if (type !== '5' && type !== 'g') throw new RangeError('the archive holds what is no file');
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  if (found.size === 0) throw new RangeError('the archive holds no files');
  return found;
}

function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8');
}

function octal(field: Uint8Array): number {
  const digits = text(field).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw new RangeError('the archive has a size that is none');
  return Number.parseInt(digits, 8);
}

function pathOf(header: Uint8Array): string {
  const prefix = text(header.subarray(345, 500));
  const name = text(header.subarray(0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The `path` record of a pax header: `<length> path=<value>\n`. */
function paxPath(content: Uint8Array): string | undefined {
  return /^\d+ path=([^\n]*)$/m.exec(Buffer.from(content).toString('utf8'))?.[1];
}

/** Without the first folder, whatever its name is. */
function inPackage(path: string): string {
  const parts = path.split('/').slice(1);
  if (parts.length === 0 || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new RangeError('the archive holds a path that leaves it');
  return parts.join('/');
}
