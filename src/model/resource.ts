import type { Location, Positions } from './location.ts';
import type { Properties } from './value.ts';

/**
 * How sure it is that what was read is in force: the code and configuration in use (`active`), a developer's local
 * override (`local`), a template to copy from (`template`), documentation, examples and tests (`example`).
 */
export type Confidence = 'active' | 'local' | 'template' | 'example';

/**
 * A configured thing that was found. Its type and shape are the provider's own: CloudFormation type and property
 * names for AWS, ARM type and body for Azure, REST resource for Google Cloud, manifest kind for Kubernetes,
 * so that one rule serves every dialect.
 */
export interface Resource {
  /** Unique in one assessment: `<scope>#<address>`. References (`Ref.target`) name it. */
  readonly id: string;
  /** `AWS::Bedrock::Agent`, `Microsoft.CognitiveServices/accounts`, `aiplatform.endpoints`, `mcp.server`. */
  readonly type: string;
  /** What a person calls it: the logical name, the server's key, the function. */
  readonly name: string;
  /** The dialect it was written in: `terraform`, `cloudformation`, `arm`, `kubernetes`, `compose`, `python`, `claude-code`. */
  readonly dialect: string;
  /** The address in its own dialect: `module.a.aws_bedrockagent_agent.support`, `Resources.Agent`. */
  readonly address: string;
  /** What references resolve within: a root module, a stack, a repository folder. */
  readonly scope: string;
  readonly location: Location;
  readonly properties: Properties;
  readonly positions: Positions;
  readonly confidence: Confidence;
}
