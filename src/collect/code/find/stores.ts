import { newProperties, Unknown, type Value } from '../../../model/value.ts';
import { credentialOf, isPlaceholder } from '../credential.ts';
import { Draft } from '../draft.ts';
import { fact, type Facts, factsOf } from '../facts.ts';
import type { CallExpr } from '../ir.ts';
import type { CallSite, Program } from '../program.ts';
import { isLocalHost, originOf } from '../signals/hosts.ts';
import { storeSignals } from '../signals/stores.ts';
import { environmentRead, valueOf } from '../values.ts';

export interface Stores {
  readonly drafts: readonly Draft[];
  readonly byCall: ReadonlyMap<CallExpr, Draft>;
}

/** Database and vector store clients: where they connect, with whose credential, and whether they can write. */
export function findStores(program: Program): Stores {
  const byCall = new Map<CallExpr, Draft>();
  for (const site of program.calls) {
    const signal = storeSignals[program.module.language].match(site.path, site.scope);
    if (signal === undefined) continue;
    const facts = factsOf(site, program, signal.positional ?? ['url']);
    const draft = new Draft(
      'code.data-store',
      program.module.file,
      site.call.at,
      program.names.get(site.call) ?? signal.kind,
    );
    draft
      .set('kind', signal.kind)
      .set('vector', signal.vector === true)
      .set('queryFromModel', false);
    connect(draft, facts, site);
    byCall.set(site.call, draft);
  }
  return { drafts: [...byCall.values()], byCall };
}

function connect(draft: Draft, facts: Facts, site: CallSite): void {
  const url = fact(
    facts,
    'url',
    'uri',
    'dsn',
    'connectionstring',
    'conninfo',
    'databaseuri',
    'connstring',
    'endpoint',
    'clusterurl',
  );
  const host = fact(facts, 'host', 'hostname', 'server', 'httphost');
  const value = url === undefined ? undefined : valueOf(url.expr, url.scope);
  const text = typeof value === 'string' ? value : undefined;
  const origin = text === undefined ? undefined : originOf(text);
  const hostValue = host === undefined ? undefined : valueOf(host.expr, host.scope);
  const where: Value =
    origin?.host ??
    hostValue ??
    (text?.startsWith('sqlite') === true || text === ':memory:'
      ? 'local file'
      : url === undefined
        ? null
        : new Unknown('the address is not a literal'));
  draft.set('host', where, (host ?? url)?.at ?? site.call.at);
  draft
    .set('scheme', origin?.scheme ?? null)
    .set(
      'local',
      typeof where === 'string' ? where === 'local file' || isLocalHost(where) : where === null ? true : where,
    );
  const key = fact(facts, 'password', 'apikey', 'authcredentials', 'token', 'auth', 'passwd');
  draft.set('credential', credential(key, url, text), (key ?? url)?.at ?? site.call.at);
  draft.set('readOnly', readOnly(facts, text), site.call.at);
  const tls = fact(facts, 'ssl', 'tls', 'sslmode', 'usetls', 'https');
  draft.set(
    'tls',
    tls === undefined
      ? origin === undefined
        ? null
        : /s$|\+srv$/.test(origin.scheme) || /sslmode=(?:require|verify)/.test(text ?? '')
      : valueOf(tls.expr, tls.scope),
    tls?.at,
  );
}

function credential(key: ReturnType<typeof fact>, url: ReturnType<typeof fact>, text: string | undefined): Value {
  if (key !== undefined) return credentialOf(key.expr, key.scope);
  const bag = newProperties();
  const password =
    text === undefined ? undefined : /^[a-z][a-z0-9+.-]{0,30}:\/\/[^:@/\s]{0,128}:([^@\s]{1,256})@/i.exec(text)?.[1];
  const variable = url === undefined ? undefined : environmentRead(url.expr, url.scope);
  bag['source'] =
    password !== undefined
      ? isShort(password)
        ? 'placeholder'
        : 'literal'
      : variable !== undefined
        ? 'env'
        : url !== undefined && text === undefined
          ? 'unknown'
          : 'default';
  bag['name'] = variable ?? (password === undefined ? null : 'password');
  if (bag['source'] === 'literal' && password !== undefined) bag['value'] = password;
  return bag;
}

/** A password in a URL is one at any length, unless it stands for one. */
function isShort(password: string): boolean {
  return (
    /^(?:password|postgres|root|example|changeme|secret|test|\$\{|%s|<)/i.test(password) ||
    (password.length >= 12 && isPlaceholder(password))
  );
}

function readOnly(facts: Facts, text: string | undefined): Value {
  const found = fact(facts, 'readonly', 'options', 'executionoptions', 'defaulttransactionreadonly');
  if (found?.written.toLowerCase().replace('_', '') === 'readonly') return valueOf(found.expr, found.scope);
  const written = `${text ?? ''} ${found === undefined ? '' : JSON.stringify(valueOf(found.expr, found.scope))}`;
  if (/mode=ro\b|read_?only(?:=|":\s*)(?:true|on|1)|default_transaction_read_only=on/i.test(written)) return true;
  if (/:\/\/[\w.-]*(?:readonly|read_only|_ro|reader)\b[\w.-]*[:@]/i.test(text ?? '')) return true;
  // A SQLite file is writable unless it is opened otherwise.
  if (text?.startsWith('sqlite') === true) return false;
  return new Unknown('the rights of its database role are not in the code');
}
