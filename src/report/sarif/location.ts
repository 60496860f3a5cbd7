import type { Location } from '../../model/location.ts';

/** An artifact below SRCROOT as a URI reference (RFC 3986); an absolute path as a file URI. */
export function artifactLocation(file: string): { readonly uri: string; readonly uriBaseId?: 'SRCROOT' } {
  const path = file.replaceAll('\\', '/').split('/').map(encodeSegment).join('/');
  return path.startsWith('/') ? { uri: `file://${path}` } : { uri: path, uriBaseId: 'SRCROOT' };
}

/** A place in a file; lines and columns from 1. */
export function physicalLocation({ file, line, column }: Location): object {
  return {
    artifactLocation: artifactLocation(file),
    region: { startLine: Math.max(1, line), startColumn: Math.max(1, column) },
  };
}

/** Percent-encodes one path segment. Half a surrogate pair has no UTF-8 form and becomes U+FFFD. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/[\ud800-\udfff]/gu, '\ufffd'));
}
