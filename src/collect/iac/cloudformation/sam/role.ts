import { interpolate } from '../../../../model/interpolate.ts';
import { isProperties, Ref, Unknown, Interpolated, type Value } from '../../../../model/value.ts';
import { bag, listOf, Shape } from './shape.ts';
import type { SamInput, SamResource } from './translate.ts';

/** Managed policies that do not lie at the root of the policy namespace. */
const serviceRolePolicies = new Set([
  'AWSLambdaBasicExecutionRole',
  'AWSLambdaDynamoDBExecutionRole',
  'AWSLambdaENIManagementAccess',
  'AWSLambdaKinesisExecutionRole',
  'AWSLambdaMSKExecutionRole',
  'AWSLambdaRole',
  'AWSLambdaSQSQueueExecutionRole',
  'AWSLambdaVPCAccessExecutionRole',
  'AmazonAPIGatewayPushToCloudWatchLogs',
]);

/**
 * The role that SAM makes for a function or state machine that names none: `Policies` as managed policies or inline
 * documents. A SAM policy template becomes an inline policy of its name whose document is not known.
 *
 * @param service principal that may assume it
 * @param managed names of the managed policies SAM always attaches
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-policies.html
 */
export function roleFor(input: SamInput, service: string, managed: readonly string[]): SamResource {
  const { logicalId, properties } = input;
  const arns: Value[] = managed.map(managedArn);
  const inline: Value[] = [];
  const shape = new Shape(input);
  const written = properties.Policies;
  for (const [index, policy] of listOf(written).entries()) {
    const name = `${logicalId}RolePolicy${index}`;
    if (typeof policy === 'string') arns.push(managedArn(policy));
    else if (policy instanceof Ref || policy instanceof Unknown || policy instanceof Interpolated) arns.push(policy);
    else if (!isProperties(policy)) continue;
    else if (policy.Statement !== undefined) inline.push(bag({ PolicyName: name, PolicyDocument: policy }));
    else for (const template of Object.keys(policy)) inline.push(fromTemplate(template));
  }
  const statement = bag({ Effect: 'Allow', Principal: bag({ Service: [service] }), Action: ['sts:AssumeRole'] });
  shape
    .set(
      'AssumeRolePolicyDocument',
      properties.AssumeRolePolicyDocument ?? bag({ Version: '2012-10-17', Statement: [statement] }),
    )
    .copy('PermissionsBoundary', 'RolePath:Path')
    .set('ManagedPolicyArns', arns.length === 0 ? undefined : arns, 'Policies')
    .set('Policies', inline.length === 0 ? undefined : inline, 'Policies');
  return shape.done(`${logicalId}Role`, 'AWS::IAM::Role');
}

function fromTemplate(name: string): Value {
  return bag({ PolicyName: name, PolicyDocument: new Unknown(`SAM policy template \`${name}\` is not expanded`) });
}

/** The ARN of a managed policy given by name or ARN. */
export function managedArn(policy: string): Value {
  if (policy.startsWith('arn:')) return policy;
  const path = serviceRolePolicies.has(policy) ? 'service-role/' : '';
  return interpolate([`arn:aws:iam::aws:policy/${path}${policy}`]);
}
