import { isMarker, isProperties, Ref, Unknown, type Value } from '../../../../model/value.ts';
import { eventResources } from './events.ts';
import { roleFor } from './role.ts';
import { at, bag, refTo, Shape, tagList } from './shape.ts';
import type { SamInput, SamResource } from './translate.ts';

const sameNames = [
  'Architectures',
  'CodeSigningConfigArn',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FileSystemConfigs',
  'FunctionName',
  'Handler',
  'ImageConfig',
  'KmsKeyArn',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'RecursiveLoop',
  'ReservedConcurrentExecutions',
  'Runtime',
  'RuntimeManagementConfig',
  'SnapStart',
  'Timeout',
  'VpcConfig',
] as const;

/** Function, role, URL, permissions, alias and whatever the events make. */
export function functionResources(input: SamInput): SamResource[] {
  const { logicalId, properties } = input;
  const made: SamResource[] = [];
  const shape = new Shape(input).copy(
    ...sameNames,
    'Tracing:TracingConfig.Mode',
    'DeadLetterQueue.TargetArn:DeadLetterConfig.TargetArn',
  );
  shape.set('Code', codeOf(properties.InlineCode, properties.ImageUri, properties.CodeUri), 'CodeUri');
  shape.set('Tags', tagList(properties.Tags), 'Tags');
  if (properties.Role === undefined) {
    shape.set('Role', refTo(input, `${logicalId}Role`, 'Arn'));
    made.push(roleFor(input, 'lambda.amazonaws.com', managedFor(input)));
  } else shape.copy('Role');
  made.unshift(shape.done(logicalId, 'AWS::Lambda::Function'));
  if (properties.FunctionUrlConfig !== undefined) made.push(...urlResources(input));
  if (properties.EventInvokeConfig !== undefined) {
    const config = new Shape(input).set('FunctionName', refTo(input, logicalId));
    config.copy(
      ...['DestinationConfig', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts'].map(
        (name) => `EventInvokeConfig.${name}:${name}`,
      ),
    );
    made.push(config.done(`${logicalId}EventInvokeConfig`, 'AWS::Lambda::EventInvokeConfig'));
  }
  made.push(...eventResources(input));
  return made;
}

function codeOf(inline: Value | undefined, image: Value | undefined, uri: Value | undefined): Value {
  if (inline !== undefined) return bag({ ZipFile: inline });
  if (image !== undefined) return bag({ ImageUri: image });
  if (isProperties(uri)) return bag({ S3Bucket: uri.Bucket, S3Key: uri.Key, S3ObjectVersion: uri.Version });
  return new Unknown('the code is packaged when the template is deployed');
}

function managedFor(input: SamInput): string[] {
  const { VpcConfig, Tracing } = input.properties;
  const names = ['AWSLambdaBasicExecutionRole'];
  if (VpcConfig !== undefined) names.push('AWSLambdaVPCAccessExecutionRole');
  if (Tracing === 'Active') names.push('AWSXRayDaemonWriteAccess');
  return names;
}

/** The function's URL, and the permission for everybody that SAM adds when it asks for no authentication. */
function urlResources(input: SamInput): SamResource[] {
  const { logicalId, properties } = input;
  const authentication = at(properties, 'FunctionUrlConfig.AuthType');
  const url = new Shape(input)
    .set('TargetFunctionArn', refTo(input, logicalId))
    .copy(
      'FunctionUrlConfig.AuthType:AuthType',
      'FunctionUrlConfig.Cors:Cors',
      'FunctionUrlConfig.InvokeMode:InvokeMode',
    )
    .done(`${logicalId}Url`, 'AWS::Lambda::Url');
  if (authentication !== 'NONE' && !isMarker(authentication)) return [url];
  const principal = authentication === 'NONE' ? '*' : new Unknown('depends on the authentication of the function URL');
  const permission = new Shape(input)
    .set('Action', 'lambda:InvokeFunctionUrl')
    .set('FunctionName', new Ref(`${input.file}#${logicalId}`))
    .set('FunctionUrlAuthType', authentication, 'FunctionUrlConfig.AuthType')
    .set('Principal', principal, 'FunctionUrlConfig.AuthType');
  return [url, permission.done(`${logicalId}UrlPublicPermissions`, 'AWS::Lambda::Permission')];
}
