import { describe, expect, it } from 'vitest';
import { EntityStore } from './entity-store.ts';
import { emptyRecord, EntityUid } from './value.ts';

const name = (id: string) => ({ type: 'T', id });

describe('an entity store', () => {
  it('knows everything above an entity, at any depth', () => {
    const store = new EntityStore();
    const count = 20_000;
    store.add(
      Array.from({ length: count }, (_, at) => ({
        uid: name(`${at}`),
        parents: at === 0 ? [] : [name(`${at % 7 === 0 ? 0 : at - 1}`)],
      })),
    );
    const ancestors = store.uid('T', '13').data?.ancestors;
    expect([...(ancestors ?? [])].map(({ id }) => id)).toEqual(['12', '11', '10', '9', '8', '7', '0']);
  });

  it('closes a long chain without recursion', () => {
    const store = new EntityStore();
    store.add(
      Array.from({ length: 3_000 }, (_, at) => ({
        uid: name(`${at}`),
        parents: at === 2_999 ? [] : [name(`${at + 1}`)],
      })),
    );
    expect(store.uid('T', '0').data?.ancestors.size).toBe(2_999);
  });

  it('what an attribute refers to is what a policy names later', () => {
    const store = new EntityStore();
    store.add([{ uid: name('a'), attrs: { owner: { __entity: name('later') } } }]);
    const owner = store.uid('T', 'a').data?.attributes.get('owner');
    expect(owner).toBe(store.intern(name('later')));
  });

  it('what a request brings is what a policy names, by the name', () => {
    const store = new EntityStore();
    const named = store.intern(name('a'));
    const brought = store.bring('T', 'a', { attributes: emptyRecord, tags: emptyRecord, ancestors: new Set() });
    expect(brought).not.toBe(named);
    expect([brought.is(named), named.is(brought), brought.is(store.uid('T', 'b'))]).toEqual([true, true, false]);
    expect(new EntityUid('T', 'x', false).is(new EntityUid('T', 'x', false))).toBe(true);
    expect(new EntityUid('T', 'x', false).is(new EntityUid('U', 'x', false))).toBe(false);
  });
});
