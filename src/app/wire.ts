import { coerce } from '../collect/canonical/coerce.ts';
import type { Collector } from '../model/collect.ts';
import type { Schemas } from '../model/schema.ts';
import { readData } from './data.ts';

/** Makes the collectors with what they need. The only place that calls their constructors. */
export async function makeCollectors(): Promise<readonly Collector[]> {
  const { cloudformationCollector } = await import('../collect/iac/cloudformation/cloudformation-collector.ts');
  const aws = lazySchemas('aws');
  return [
    cloudformationCollector({ canonicalise: (type, properties) => coerce(aws()[type], properties), isRelevant: () => true }),
  ];
}

/** A provider's schemas, read on first use: a tree without templates of that provider never pays for them. */
function lazySchemas(provider: string): () => Schemas {
  let schemas: Schemas | undefined;
  return () => (schemas ??= readData(`schemas-${provider}.json`) as Schemas);
}
