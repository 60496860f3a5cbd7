import { describe, expect, it } from 'vitest';
import { unknownTool } from '../model/tool-labels.ts';
import { choicesOf } from './choices.ts';
import { RunTracer } from './run-tracer.ts';

const schema = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['on_hold', 'paid', 3] },
    to: { type: 'string' },
    changes: {
      type: 'array',
      items: { type: 'object', properties: { visibility: { anyOf: [{ const: 'public' }, { const: 'internal' }] } } },
    },
    again: { $ref: '#' },
  },
};

describe('what a schema allows', () => {
  it('is known by the path of the argument', () => {
    expect([...choicesOf(schema)].map(([path, some]) => [path, [...some]])).toEqual([
      ['status', ['on_hold', 'paid']],
      ['changes.visibility', ['public', 'internal']],
    ]);
    expect([choicesOf(undefined).size, choicesOf({ properties: [], enum: 'x' }).size]).toEqual([0, 0]);
  });

  it.each<[string, string[]]>([
    ['accept, decline or counter', ['accept', 'decline', 'counter']],
    ['Whether to move or cancel', []],
    ['"new", "like new", for parts', ['new', 'like new', 'for parts']],
    ['how urgent (routine | soon | urgent), default routine', ['routine', 'soon', 'urgent']],
    ['one of: up/down', ['up', 'down']],
    ['the size, e.g. s-1, s-2', ['s-1', 's-2']],
    ['who gets it, ann or bob, say', []],
    ['name of the payee', []],
  ])('is told in a description as well: %s', (description, expected) =>
    expect([...(choicesOf({ properties: { a: { description } } }).get('a') ?? [])]).toEqual(expected),
  );

  it('is what the schema lists, where it lists something', () =>
    expect([...(choicesOf({ properties: { a: { enum: ['x'], description: 'y or z' } } }).get('a') ?? [])]).toEqual([
      'x',
    ]));

  it('a hostile description does not hang it', () => {
    for (const piece of ['a, ', 'a or ', 'or ', '(a b, ', '"a" | '])
      choicesOf({ properties: { a: { description: piece.repeat(100_000) } } });
  });

  it('is no destination, whoever wrote it; anything else is', () => {
    const doubts = (args: object, known = true): string[] => {
      const tracer = new RunTracer();
      tracer.user('Set the state that the note names.');
      tracer.result(
        { labels: unknownTool, reviewed: false },
        'Set the thing on_hold for the public, or tell the auditors of it, and do that today.',
      );
      const labels = { ...unknownTool, effect: 'write', action: 'update', sendsOut: false } as const;
      const acting = { labels, reviewed: false, ...(known ? { choices: choicesOf(schema) } : {}) };
      return tracer.call('t', acting, args).values.flatMap(({ path, doubt }) => (doubt === undefined ? [] : [path]));
    };
    expect(doubts({ changes: [{ visibility: 'public' }] })).toEqual([]);
    expect(doubts({ changes: [{ visibility: 'auditors' }], to: 'public' })).toEqual(['to']);
    expect(doubts({ changes: [{ target: 'public' }] })).toEqual(['changes.0.target']);
    expect(doubts({ to: 'on_hold' })).toEqual(['to']);
  });
});
