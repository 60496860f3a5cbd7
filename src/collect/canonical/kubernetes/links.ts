import { type Properties, Ref } from '../../../model/value.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestIndex } from './manifest-index.ts';
import { hostAsks } from './names.ts';

/**
 * Objects a manifest names or selects. What stands in front of a workload (an Ingress, a binding of its service
 * account) links to the workload too, so that one step leads from the one to the other.
 *
 * @param endpoints hosts that the workload's environment names
 */
export function linksOf(manifest: Manifest, index: ManifestIndex<Manifest>, endpoints: readonly Properties[]): Ref[] {
  const found = new Map<string, Ref>();
  const add = (ref: Ref): void => {
    if (ref.target !== index.id(manifest)) found.set(ref.target, ref);
  };
  const hosts = endpoints.flatMap(({ host }) => hostAsks(host));
  for (const ask of [...manifest.asks, ...hosts]) {
    const [how] = ask;
    const answers = index.answersTo(ask, manifest);
    if (answers.length === 0 && (how === 'name' || how === 'behind'))
      add(index.refTo(ask[1], ask[2], manifest, ask[3] ?? undefined));
    const behind = how === 'behind' ? answers.flatMap((answer) => index.selectedFrom(answer)) : [];
    for (const answer of [...answers, ...behind]) add(new Ref(index.id(answer)));
  }
  return [...found.values()];
}
