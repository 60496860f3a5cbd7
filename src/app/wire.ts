import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { once } from '../base/once.ts';
import { agentsCollector } from '../collect/agents/agents-collector.ts';
import { coerce } from '../collect/canonical/coerce.ts';
import { codeCollector } from '../collect/code/collector.ts';
import type { GrammarLoader } from '../collect/code/syntax/grammar.ts';
import { armCollector } from '../collect/iac/arm/arm-collector.ts';
import { cloudformationCollector } from '../collect/iac/cloudformation/cloudformation-collector.ts';
import { composeCollector } from '../collect/iac/containers/compose-collector.ts';
import { dockerfileCollector } from '../collect/iac/containers/dockerfile-collector.ts';
import { kubernetesCollector } from '../collect/iac/kubernetes/kubernetes-collector.ts';
import { joinManifests } from '../collect/iac/terraform/dialect/manifests.ts';
import { mergeSplit } from '../collect/iac/terraform/dialect/merge-split.ts';
import type { DialectTable } from '../collect/iac/terraform/dialect/table.ts';
import { isRelevant, toCanonical } from '../collect/iac/terraform/dialect/to-canonical.ts';
import { unreadOf } from '../collect/iac/terraform/dialect/unread.ts';
import { terraformCollector } from '../collect/iac/terraform/terraform-collector.ts';
import type { Collector } from '../model/collect.ts';
import type { Schemas } from '../model/schema.ts';
import { readData } from './data.ts';

/** Makes the collectors with what they need. The only place that calls their constructors. */
export function makeCollectors(): readonly Collector[] {
  const aws = lazySchemas('aws');
  const azure = lazySchemas('azure');
  const dialect = once(() => readData('dialect-terraform.json') as DialectTable);
  return [
    terraformCollector({
      isRelevant: (type) => isRelevant(dialect(), type),
      toCanonical: (resource) => toCanonical(dialect(), resource),
      unreadOf,
      join: (resources) => joinManifests(mergeSplit(dialect(), resources)),
    }),
    cloudformationCollector({
      canonicalise: (type, properties) => coerce(aws()[type], properties),
      isRelevant: () => true,
    }),
    armCollector({
      canonicalise: (type, properties) => coerce(azure()[type], properties),
      isRelevant: () => true,
      knownTypes: [],
    }),
    kubernetesCollector,
    composeCollector,
    dockerfileCollector,
    codeCollector(grammarLoader()),
    agentsCollector,
  ];
}

/** A provider's schemas, read on first use: a tree without templates of that provider never pays for them. */
function lazySchemas(provider: string): () => Schemas {
  return once(() => readData(`schemas-${provider}.json`) as Schemas);
}

function grammarLoader(): GrammarLoader {
  const require = createRequire(import.meta.url);
  return {
    runtime: () => require('@vscode/tree-sitter-wasm') as ReturnType<GrammarLoader['runtime']>,
    wasm: (file) => readFileSync(join(dirname(require.resolve('@vscode/tree-sitter-wasm')), file)),
  };
}
