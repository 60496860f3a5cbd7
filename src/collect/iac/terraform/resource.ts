import type { Gap } from '../../../model/gap.ts';
import type { Location, Positions } from '../../../model/location.ts';
import type { Confidence, Resource } from '../../../model/resource.ts';
import type { Properties } from '../../../model/value.ts';

/** A Terraform resource instance, evaluated as far as its configuration says, still in the provider's own attribute names. */
export interface TerraformResource {
  /** `<scope>#<address>`; what references to it name. */
  readonly id: string;
  /** `module.a["x"].aws_bedrockagent_agent.support[0]`; `[*]` where the number or keys of instances are not known. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly mode: 'managed' | 'data';
  /** Attributes by Terraform name; nested blocks are lists of objects. For types nobody asked for, only what holds references. */
  readonly attributes: Properties;
  /** Positions of blocks and attributes: `guardrail_configuration[0].guardrail_identifier`. */
  readonly positions: Positions;
  readonly location: Location;
  /** The root module's folder (`.` for the assessed root itself), or the path of the plan file. */
  readonly scope: string;
  readonly confidence: Confidence;
}

/** What the collector is given from outside. */
export interface TerraformOptions {
  /** Brings a resource to the provider's own type and shape. */
  readonly toCanonical: (resource: TerraformResource) => Resource;
  /** Whether a Terraform type is wanted with all its attributes; of others only references are kept. */
  readonly isRelevant: (type: string) => boolean;
  /** What a resource deploys that is not read. */
  readonly unreadOf?: (resource: TerraformResource) => Gap | undefined;
  /** Joins parts of one resource that Terraform declares apart, over all resources of a unit. */
  readonly join?: (resources: readonly Resource[]) => readonly Resource[];
}
