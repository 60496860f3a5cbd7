import { isProperties, type Value } from '../../../../model/value.ts';
import { at, bag, refTo, Shape, tagList } from './shape.ts';
import type { SamInput, SamResource } from './translate.ts';

/** REST API, its stage, and its authorizers. */
export function apiResources(input: SamInput): SamResource[] {
  const { logicalId, properties } = input;
  const api = new Shape(input)
    .copy(
      'Name',
      'Description',
      'ApiKeySourceType',
      'BinaryMediaTypes',
      'DisableExecuteApiEndpoint',
      'FailOnWarnings',
      'MinimumCompressionSize',
      'Mode',
      'DefinitionBody:Body',
      'DefinitionUri:BodyS3Location',
      'Policy',
      'SecurityPolicy',
    )
    .set('EndpointConfiguration', endpointOf(properties.EndpointConfiguration), 'EndpointConfiguration')
    .set('Tags', tagList(properties.Tags), 'Tags');
  const policy = at(properties, 'Auth.ResourcePolicy.CustomStatements');
  if (policy !== undefined) {
    api.set('Policy', bag({ Version: '2012-10-17', Statement: policy }), 'Auth.ResourcePolicy.CustomStatements');
  }
  const stage = new Shape(input)
    .set('RestApiId', refTo(input, logicalId))
    .copy(
      'StageName',
      'AccessLogSetting',
      'CacheClusterEnabled',
      'CacheClusterSize',
      'CanarySetting',
      'MethodSettings',
      'TracingEnabled',
      'Variables',
      'ClientCertificateId',
    );
  const name = typeof properties.StageName === 'string' ? properties.StageName.replaceAll(/[^A-Za-z0-9]/g, '') : '';
  return [
    api.done(logicalId, 'AWS::ApiGateway::RestApi'),
    stage.done(`${logicalId}${name}Stage`, 'AWS::ApiGateway::Stage'),
    ...authorizers(input),
  ];
}

function endpointOf(value: Value | undefined): Value | undefined {
  if (typeof value === 'string') return bag({ Types: [value] });
  if (!isProperties(value)) return value;
  return bag({ Types: value.Type === undefined ? undefined : [value.Type], VpcEndpointIds: value.VPCEndpointIds });
}

function authorizers(input: SamInput): SamResource[] {
  const declared = at(input.properties, 'Auth.Authorizers');
  if (!isProperties(declared)) return [];
  return Object.entries(declared).map(([name, authorizer]) => {
    const path = `Auth.Authorizers.${name}`;
    const cognito = isProperties(authorizer) && authorizer.UserPoolArn !== undefined;
    const shape = new Shape(input).set('RestApiId', refTo(input, input.logicalId)).set('Name', name, path);
    shape.set('Type', cognito ? 'COGNITO_USER_POOLS' : 'REQUEST', path).copy(`${path}.FunctionArn:AuthorizerUri`);
    if (cognito) shape.set('ProviderARNs', [authorizer.UserPoolArn ?? null].flat(), `${path}.UserPoolArn`);
    return shape.done(`${input.logicalId}${name}Authorizer`, 'AWS::ApiGateway::Authorizer');
  });
}

/** HTTP API and its stage. */
export function httpApiResources(input: SamInput): SamResource[] {
  const { logicalId, properties } = input;
  const cors = properties.CorsConfiguration;
  const api = new Shape(input)
    .set('ProtocolType', 'HTTP')
    .copy(
      'Name',
      'Description',
      'DisableExecuteApiEndpoint',
      'FailOnWarnings',
      'DefinitionBody:Body',
      'DefinitionUri:BodyS3Location',
    )
    .set('CorsConfiguration', cors === true ? bag({ AllowOrigins: ['*'] }) : cors, 'CorsConfiguration')
    .copy('Tags');
  const stage = new Shape(input)
    .set('ApiId', refTo(input, logicalId))
    .set('StageName', properties.StageName ?? '$default', 'StageName')
    .set('AutoDeploy', true)
    .copy('AccessLogSettings', 'DefaultRouteSettings', 'RouteSettings', 'StageVariables');
  const suffix =
    typeof properties.StageName === 'string'
      ? properties.StageName.replaceAll(/[^A-Za-z0-9]/g, '')
      : 'ApiGatewayDefault';
  return [
    api.done(logicalId, 'AWS::ApiGatewayV2::Api'),
    stage.done(`${logicalId}${suffix}Stage`, 'AWS::ApiGatewayV2::Stage'),
  ];
}
