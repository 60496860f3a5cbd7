/** The detection pack: every rule fires on its events and is silent on the others; its control exists; others' tools read it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { reviveCatalogue } from '../../src/catalogue/catalogue.ts';
import { readData } from '../../src/app/data.ts';
import { loadDetections } from '../../src/app/detections.ts';
import { SigmaEngine } from '../../src/detect/sigma/engine.ts';
import { EventView } from '../../src/detect/sigma/event-view.ts';
import type { Envelope } from '../../src/model/event.ts';

const root = new URL('../../detections/', import.meta.url).pathname;
const names = readdirSync(root).sort();
const documents = loadDetections();

/** Events of a fixture, one a line: clear facts, `at` in seconds, and `payload` as far as it was opened. */
function events(name: string, file: string): EventView[] {
  return readFileSync(join(root, name, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const { at, payload, ...facts } = JSON.parse(line) as { at: number; payload?: unknown } & Partial<Envelope>;
      const time = new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString();
      const envelope = { v: 1, id: `e${index}`, time, source: 'fixture', acknowledged: { mode: 'durable' }, ...facts };
      return new EventView(envelope as Envelope, payload);
    });
}

function speaking(views: readonly EventView[]): Set<string> {
  const engine = new SigmaEngine(documents);
  return new Set(views.flatMap((view, index) => engine.feed(view, index).map(({ rule }) => rule.name)));
}

describe.each(names)('%s', (name) => {
  it('fires', () => expect(speaking(events(name, 'fires.jsonl'))).toContain(name));

  it('needs each of its events: without the last it has not fired yet', () => {
    const all = events(name, 'fires.jsonl');
    expect(speaking(all.slice(0, -1))).not.toContain(name);
  });

  it('is silent', () => {
    const silent = events(name, 'silent.jsonl');
    expect(silent.length).toBeGreaterThan(0);
    expect(speaking(silent)).not.toContain(name);
  });
});

describe('the pack', () => {
  it('every folder holds one rule of its name, for a control that exists', () => {
    const { controlsById } = reviveCatalogue(readData('catalogue.json'));
    for (const name of names) {
      const rule = documents.find((document) => document.name === name);
      expect(rule?.tags.map((tag) => tag.replace('demarc.', '')).filter((tag) => controlsById.has(tag))).toHaveLength(
        1,
      );
      expect(rule?.falsePositives.length).toBeGreaterThan(0);
    }
    expect(
      documents
        .filter(({ tags }) => tags.length > 0)
        .map((document) => document.name)
        .sort(),
    ).toEqual(names);
  });

  it('has ids that are UUIDs, each once', () => {
    const ids = documents.map(({ id }) => id);
    expect(ids.filter((id) => !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** Facts a rule reads, negated selections aside, that its firing events have. */
function factsRead(name: string): string[] {
  const read = new Set<string>();
  for (const { detection = {}, correlation } of parseAllDocuments(
    readFileSync(join(root, name, 'rule.yml'), 'utf8'),
  ).map((document) => document.toJS() as RuleText)) {
    for (const field of [correlation?.['group-by'] ?? [], correlation?.condition?.field ?? []].flat()) read.add(field);
    for (const [selection, fields] of Object.entries(detection))
      if (typeof fields === 'object' && !JSON.stringify(detection['condition']).includes(`not ${selection}`))
        for (const key of Object.keys(fields)) read.add(key.split(/[|.]/)[0] ?? '');
  }
  const [first] = readFileSync(join(root, name, 'fires.jsonl'), 'utf8').split('\n');
  return [...read].filter((field) => Object.hasOwn(JSON.parse(first ?? '{}') as object, field));
}

interface RuleText {
  readonly detection?: Readonly<Record<string, Readonly<Record<string, unknown>> | string>>;
  readonly correlation?: { readonly 'group-by'?: readonly string[]; readonly condition?: { readonly field?: string } };
}

describe('each fact a rule reads matters: without it in the events, silence', () => {
  it.each(names.flatMap((name) => factsRead(name).map((fact) => [name, fact] as const)))('%s: %s', (name, fact) => {
    const without = events(name, 'fires.jsonl').map((view) => {
      const { [fact as 'tool']: _dropped, ...rest } = view.envelope;
      const envelope = { ...rest, kind: fact === 'kind' ? 'custom' : view.envelope.kind } as Envelope;
      return new EventView(
        envelope,
        fact === 'payload' ? undefined : view.values('payload').map((text) => JSON.parse(String(text)) as unknown)[0],
      );
    });
    expect(speaking(without)).not.toContain(name);
  });
});
