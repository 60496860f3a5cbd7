import { interpolate } from '../../../../model/interpolate.ts';
import { isProperties, type Properties, Unknown, type Value } from '../../../../model/value.ts';
import { authorizationOf } from './authorization.ts';
import { at, bag, refTo, Shape } from './shape.ts';
import type { SamInput, SamResource } from './translate.ts';

interface Event {
  readonly input: SamInput;
  readonly name: string;
  /** Where its properties stand in the function. */
  readonly path: string;
  readonly properties: Properties;
}

const sources: Readonly<Record<string, string>> = {
  DynamoDB: 'Stream:EventSourceArn',
  Kinesis: 'Stream:EventSourceArn',
  SQS: 'Queue:EventSourceArn',
  MSK: 'Stream:EventSourceArn',
  MQ: 'Broker:EventSourceArn',
  DocumentDB: 'Cluster:EventSourceArn',
  SelfManagedKafka: 'KafkaBootstrapServers:SelfManagedEventSource.Endpoints.KafkaBootstrapServers',
};

/** Services that call the function because of an event: what the resource-based permission names. */
const callers: Readonly<Record<string, string>> = {
  Api: 'apigateway.amazonaws.com',
  HttpApi: 'apigateway.amazonaws.com',
  S3: 's3.amazonaws.com',
  SNS: 'sns.amazonaws.com',
  Schedule: 'events.amazonaws.com',
  EventBridgeRule: 'events.amazonaws.com',
  CloudWatchEvent: 'events.amazonaws.com',
  CloudWatchLogs: 'logs.amazonaws.com',
  IoTRule: 'iot.amazonaws.com',
  Cognito: 'cognito-idp.amazonaws.com',
  AlexaSkill: 'alexa-appkit.amazon.com',
};

/** What SAM makes of a function's `Events`: API methods and routes, event source mappings, rules, permissions. */
export function eventResources(input: SamInput): SamResource[] {
  const events = input.properties.Events;
  if (!isProperties(events)) return [];
  const made: SamResource[] = [];
  for (const [name, event] of Object.entries(events)) {
    if (!isProperties(event) || typeof event.Type !== 'string') continue;
    const properties = isProperties(event.Properties) ? event.Properties : bag({});
    made.push(...resourcesOf({ input, name, path: `Events.${name}.Properties`, properties }, event.Type));
  }
  return made;
}

function resourcesOf(event: Event, type: string): SamResource[] {
  const { input, name, path } = event;
  const id = `${input.logicalId}${name}`;
  const target = refTo(input, input.logicalId, 'Arn');
  const caller = Object.hasOwn(callers, type) ? callers[type] : undefined;
  const permission = new Shape(input)
    .set('Action', 'lambda:InvokeFunction')
    .set('FunctionName', refTo(input, input.logicalId))
    .set('Principal', caller)
    .set('SourceArn', type === 'SNS' ? event.properties.Topic : new Unknown('made by SAM'));
  const made = caller === undefined ? [] : [permission.done(`${id}Permission`, 'AWS::Lambda::Permission')];
  if (type === 'Api') return [...made, ...methodResources(event)];
  if (type === 'HttpApi') return [...made, ...routeResources(event)];
  if (Object.hasOwn(sources, type)) {
    const shape = new Shape(input).set('FunctionName', refTo(input, input.logicalId));
    for (const key of Object.keys(event.properties)) shape.copy(`${path}.${key}:${key}`);
    shape.copy(`${path}.${sources[type]}`);
    return [...made, shape.done(id, 'AWS::Lambda::EventSourceMapping')];
  }
  if (type === 'SNS') {
    const shape = new Shape(input).set('Protocol', 'lambda').set('Endpoint', target);
    return [
      ...made,
      shape.copy(`${path}.Topic:TopicArn`, `${path}.FilterPolicy:FilterPolicy`).done(id, 'AWS::SNS::Subscription'),
    ];
  }
  if (type === 'Schedule' || type === 'EventBridgeRule' || type === 'CloudWatchEvent') {
    const shape = new Shape(input).copy(
      `${path}.Schedule:ScheduleExpression`,
      `${path}.Pattern:EventPattern`,
      `${path}.EventBusName:EventBusName`,
    );
    return [
      ...made,
      shape.set('Targets', [bag({ Arn: target, Id: `${id}LambdaTarget` })], path).done(id, 'AWS::Events::Rule'),
    ];
  }
  if (type !== 'ScheduleV2') return made;
  const shape = new Shape(input)
    .copy(`${path}.ScheduleExpression:ScheduleExpression`)
    .set('Target', bag({ Arn: target }), path);
  return [...made, shape.done(id, 'AWS::Scheduler::Schedule')];
}

/**
 * An `Api` event: SAM writes a path into the API's `Body`; here it is the `Method` that API Gateway makes of it, which
 * is where a rule looks for authorization. An event without `RestApiId` belongs to the API that SAM makes by itself.
 */
function methodResources(event: Event): SamResource[] {
  const { input, name, path, properties } = event;
  const api = properties.RestApiId;
  const method = properties.Method;
  const shape = new Shape(input)
    .set('RestApiId', api ?? refTo(input, 'ServerlessRestApi'), `${path}.RestApiId`)
    .set('ResourceId', new Unknown('made by SAM'))
    .set('HttpMethod', typeof method === 'string' ? method.toUpperCase() : method, `${path}.Method`)
    .set('Integration', bag({ Type: 'AWS_PROXY', Uri: refTo(input, input.logicalId, 'Arn') }), path);
  const auth = authorizationOf(input, 'Api', api, at(properties, 'Auth.Authorizer'));
  shape.set('AuthorizationType', auth, `${path}.Auth`).copy(`${path}.Auth.ApiKeyRequired:ApiKeyRequired`);
  const made = [shape.done(`${input.logicalId}${name}Method`, 'AWS::ApiGateway::Method')];
  if (api !== undefined) return made;
  const stage = new Shape(input).set('RestApiId', refTo(input, 'ServerlessRestApi')).set('StageName', 'Prod');
  return [
    new Shape(input).set('Body', new Unknown('made by SAM')).done('ServerlessRestApi', 'AWS::ApiGateway::RestApi'),
    stage.done('ServerlessRestApiProdStage', 'AWS::ApiGateway::Stage'),
    ...made,
  ];
}

function routeResources(event: Event): SamResource[] {
  const { input, name, path, properties } = event;
  const api: Value | undefined = properties.ApiId;
  const method = typeof properties.Method === 'string' ? properties.Method.toUpperCase() : 'ANY';
  const key = properties.Path === undefined ? '$default' : interpolate([`${method} `, properties.Path]);
  const auth = authorizationOf(input, 'HttpApi', api, at(properties, 'Auth.Authorizer'));
  const route = new Shape(input)
    .set('ApiId', api ?? refTo(input, 'ServerlessHttpApi'), `${path}.ApiId`)
    .set('RouteKey', key, `${path}.Path`)
    .set('AuthorizationType', auth, `${path}.Auth`)
    .set('Target', refTo(input, input.logicalId, 'Arn'))
    .done(`${input.logicalId}${name}Route`, 'AWS::ApiGatewayV2::Route');
  if (api !== undefined) return [route];
  const made = new Shape(input).set('ProtocolType', 'HTTP').set('Body', new Unknown('made by SAM'));
  return [made.done('ServerlessHttpApi', 'AWS::ApiGatewayV2::Api'), route];
}
