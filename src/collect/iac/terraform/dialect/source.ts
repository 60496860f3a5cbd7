import type { Location, Positions } from '../../../../model/location.ts';
import type { Confidence, Resource } from '../../../../model/resource.ts';
import type { Properties } from '../../../../model/value.ts';

/** What is read of a Terraform resource (see resource.ts). */
export interface TerraformSource {
  readonly id: string;
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly mode: 'managed' | 'data';
  readonly attributes: Properties;
  readonly positions: Positions;
  readonly location: Location;
  readonly scope: string;
  readonly confidence?: Confidence;
}

/** The resource with what does not change from one dialect to another. */
export function finish(source: TerraformSource, type: string, properties: Properties, positions: Positions): Resource {
  return {
    id: source.id,
    type,
    name: source.name,
    dialect: 'terraform',
    address: source.address,
    scope: source.scope,
    location: source.location,
    properties,
    positions,
    confidence: source.confidence ?? 'active',
  };
}
