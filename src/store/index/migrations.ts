/** One step of the schema. Steps are never changed once released: a new one is added. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Single statements: the extended protocol takes one at a time. */
  readonly statements: readonly string[];
}

/**
 * The tables of an index. Texts in columns are keys (`column-text.ts`): short, cleaned, made to be compared; the facts as
 * they were recorded are in `events.facts`. Times are milliseconds since the epoch, null where a time does not parse.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'events, runs, reasons, subjects, texts',
    statements: [
      `create table ix.cursor (
        one boolean primary key default true check (one),
        origin text not null,
        next bigint not null,
        leaf bytea,
        root bytea not null,
        agrees boolean not null,
        texts boolean not null)`,
      `create table ix.events (
        index bigint primary key,
        leaf bytea not null,
        at bigint,
        kind text,
        source text,
        run text,
        parent_run text,
        call text,
        agent text,
        subject text,
        tool text,
        server text,
        data_source text,
        operation text,
        destination text,
        provider text,
        model text,
        effect text,
        confidentiality text,
        origin text,
        decision text,
        outcome text,
        error text,
        severity text,
        rule text,
        facts jsonb)`,
      'create index events_kind on ix.events (kind, index)',
      'create index events_at on ix.events (at)',
      'create index events_run on ix.events (run, index) where run is not null',
      'create index events_agent on ix.events (agent, index) where agent is not null',
      'create index events_tool on ix.events (tool, index) where tool is not null',
      'create index events_destination on ix.events (destination, index) where destination is not null',
      'create index events_decision on ix.events (decision, index) where decision is not null',
      `create table ix.runs (
        run text primary key,
        parent_run text,
        first_index bigint not null,
        last_index bigint not null,
        first_at bigint,
        last_at bigint,
        agent text,
        subject text,
        events bigint not null,
        calls bigint not null,
        denials bigint not null,
        outcome text)`,
      'create index runs_parent on ix.runs (parent_run) where parent_run is not null',
      'create table ix.reasons (reason text, index bigint, primary key (reason, index))',
      'create table ix.subjects (subject text, index bigint, primary key (subject, index))',
      'create table ix.texts (index bigint primary key, words tsvector not null)',
      'create index texts_words on ix.texts using gin (words)',
    ],
  },
];
