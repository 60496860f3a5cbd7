import type { Location } from './location.ts';

/**
 * Why something could not be read or decided. Closed, so that reports and `--strict` can tell them apart.
 * - `unreadable`: the platform refused (permission, vanished, not a file)
 * - `too-large`: a limit of base/limits.ts
 * - `syntax`: does not parse
 * - `unsupported`: parses, but Demarc does not evaluate this form (Bicep source, a Helm template)
 * - `unresolved`: refers to something outside what was read (a remote module, a missing file)
 * - `symlink`: a link that leaves the assessed path or loops
 */
export type GapKind = 'unreadable' | 'too-large' | 'syntax' | 'unsupported' | 'unresolved' | 'symlink';

/** Something that could not be read or decided, and why. A gap is never silence and never a pass. */
export interface Gap {
  readonly kind: GapKind;
  /** One line, lower case, free of secrets. */
  readonly reason: string;
  readonly location: Location;
}
