import { z } from 'zod';

/** Where a secret is, never the secret. */
export type SecretReference =
  /** An environment variable of the gateway. */
  | { readonly store: 'env'; readonly name: string }
  /** A file, read anew when it is needed. */
  | { readonly store: 'file'; readonly path: string }
  /** The local encrypted store, filled with `demarc gateway secret set`. */
  | { readonly store: 'local'; readonly name: string }
  /** A field of a key-value secret, version 2, of a server that speaks HashiCorp Vault's HTTP API. */
  | { readonly store: 'vault'; readonly mount: string; readonly path: string; readonly field: string };

/** Names in the local store. */
export const secretNameShape = /^[a-z0-9](?:[a-z0-9._/-]{0,126}[a-z0-9])?$/i;

const hint = 'write where it is: `env:NAME`, `file:/path`, `store:name` or `vault:mount/path#field`';

/** Reads a reference. @returns undefined when the text is none; it may be the secret itself, so nothing repeats it */
export function readSecretReference(text: string): SecretReference | undefined {
  const at = text.indexOf(':');
  const rest = text.slice(at + 1);
  switch (text.slice(0, Math.max(at, 0))) {
    case 'env':
      return /^[A-Za-z_]\w*$/.test(rest) ? { store: 'env', name: rest } : undefined;
    case 'file':
      return /^(?:\/|[A-Za-z]:[\\/])[^\0\n]+$/.test(rest) ? { store: 'file', path: rest } : undefined;
    case 'store':
      return secretNameShape.test(rest) ? { store: 'local', name: rest } : undefined;
    case 'vault': {
      const [, mount, path, field] = /^([\w-]+)\/([\w./-]+)#([\w.-]+)$/.exec(rest) ?? [];
      if (mount === undefined || path === undefined || field === undefined) return undefined;
      // The path goes into a URL of an authority that answers with secrets: it stays where it points.
      return path.split('/').some((part) => part === '' || /^\.+$/.test(part))
        ? undefined
        : { store: 'vault', mount, path, field };
    }
    default:
      return undefined;
  }
}

/** A reference in a settings file; anything else is refused as a secret in clear, and not repeated. */
export const secretReference = z.unknown().transform((value, context): SecretReference => {
  const reference = typeof value === 'string' ? readSecretReference(value) : undefined;
  if (reference !== undefined) return reference;
  context.addIssue({
    code: 'custom',
    message: typeof value === 'string' ? `is a secret in clear, or no reference to one: ${hint}` : hint,
  });
  return z.NEVER;
});

/** A reference as a person wrote it. It names a place, so it may be shown. */
export function formatSecretReference(reference: SecretReference): string {
  switch (reference.store) {
    case 'env':
      return `env:${reference.name}`;
    case 'file':
      return `file:${reference.path}`;
    case 'local':
      return `store:${reference.name}`;
    case 'vault':
      return `vault:${reference.mount}/${reference.path}#${reference.field}`;
  }
}
