import { limits } from '../../../../base/limits.ts';
import { isList, isMarker, isProperties, Unknown, type Value } from '../../../../model/value.ts';
import { toNumber } from '../evaluate/operators.ts';
import type { Evaluator } from '../evaluate/evaluator.ts';
import { LiveRef, type Scope } from '../evaluate/scope.ts';
import type { Block } from '../syntax/ast.ts';

/** One instance a block makes: its key in the address, and what `each` and `count` are in it. */
export interface Slot {
  /** `` for the only one, `[0]`, `["key"]`; `[*]` for one that stands for instances not known. */
  readonly suffix: string;
  /** The key of a `for_each` instance. */
  readonly key: string | undefined;
  readonly each: Scope['each'];
  readonly count: Value | undefined;
}

export interface Expansion {
  readonly kind: 'single' | 'list' | 'map' | 'unknown';
  readonly slots: readonly Slot[];
}

const single: Expansion = {
  kind: 'single',
  slots: [{ suffix: '', key: undefined, each: undefined, count: undefined }],
};

/**
 * The instances a block makes by `count` or `for_each`. Where their number is not known there is one instance `[*]`
 * whose `each` and `count` are unknown.
 *
 * @param tooMany called when a limit cuts the instances off
 */
export function expansionOf(block: Block, scope: Scope, evaluator: Evaluator, tooMany: () => void): Expansion {
  const count = block.body.attribute('count');
  if (count !== undefined) return byCount(evaluator.value(count.expression, scope), tooMany);
  const forEach = block.body.attribute('for_each');
  return forEach === undefined ? single : byCollection(evaluator.value(forEach.expression, scope), tooMany);
}

function unknown(reason: Unknown): Expansion {
  const plain = new Unknown(reason.reason);
  return {
    kind: 'unknown',
    slots: [{ suffix: '[*]', key: undefined, each: { key: plain, value: plain }, count: plain }],
  };
}

function byCount(value: Value, tooMany: () => void): Expansion {
  const count = toNumber(value);
  if (count instanceof Unknown) return unknown(count);
  if (count > limits.instancesMax) tooMany();
  const length = Math.max(0, Math.min(Math.floor(count), limits.instancesMax));
  return {
    kind: 'list',
    slots: Array.from({ length }, (_, index) => ({
      suffix: `[${index}]`,
      key: undefined,
      each: undefined,
      count: index,
    })),
  };
}

function byCollection(value: Value, tooMany: () => void): Expansion {
  const entries = entriesOf(value);
  if (entries instanceof Unknown) return unknown(entries);
  if (entries.length > limits.instancesMax) tooMany();
  let unnamed = 0;
  const slots = entries.slice(0, limits.instancesMax).map(([key, item]): Slot => {
    if (typeof key === 'string')
      return { suffix: `[${JSON.stringify(key)}]`, key, each: { key, value: item }, count: undefined };
    unnamed++;
    return {
      suffix: unnamed === 1 ? '[*]' : `[*${unnamed}]`,
      key: undefined,
      each: { key, value: item },
      count: undefined,
    };
  });
  return { kind: 'map', slots };
}

function entriesOf(value: Value): (readonly [Value, Value])[] | Unknown {
  if (isList(value))
    return value.map((item) => [item === null || typeof item === 'object' ? item : String(item), item] as const);
  if (value instanceof Unknown) return value;
  if (isMarker(value))
    return new Unknown(
      value instanceof LiveRef ? 'the collection is another resource' : 'the collection is known only after deployment',
    );
  return isProperties(value)
    ? Object.keys(value)
        .sort()
        .map((key) => [key, value[key] ?? null] as const)
    : new Unknown('the collection is not known');
}
