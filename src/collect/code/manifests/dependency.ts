import type { At } from '../ir.ts';
import type { Registry } from '../signals/packages.ts';

/** One declared dependency of a manifest, AI-related or not. */
export interface Dependency {
  readonly registry: Registry;
  readonly name: string;
  /** As written: `^5.0.0`, `>=1,<2`, empty for none. */
  readonly specifier: string;
  readonly at: At;
}

/** A manifest as read: what the package is called, and what it declares. */
export interface Manifest {
  readonly name: string | undefined;
  readonly language: 'python' | 'typescript' | 'go' | 'java' | 'csharp';
  readonly dependencies: readonly Dependency[];
}

/** The one version a specifier allows; undefined for a range, a tag or none. */
export function exactVersion(registry: Registry, specifier: string): string | undefined {
  const text = specifier.trim();
  switch (registry) {
    case 'python':
      return /^={2,3}\s*([0-9][\w.!+-]*)$/.exec(text)?.[1] ?? /@[0-9a-f]{40}$/.exec(text)?.[0].slice(1);
    case 'npm':
      return /^=?v?(\d+\.\d+\.\d+[\w.+-]*)$/.exec(text)?.[1];
    case 'go':
      // go.mod names minimum versions, and minimal version selection with go.sum makes them exact.
      return text === '' ? undefined : text;
    case 'maven':
      return /^\d[\w.-]*$/.test(text) && !/SNAPSHOT|LATEST|RELEASE|\+$/.test(text) ? text : undefined;
    case 'nuget':
      return /^\[?\d[\w.-]*\]?$/.test(text) ? text.replace(/[[\]]/g, '') : undefined;
  }
}
