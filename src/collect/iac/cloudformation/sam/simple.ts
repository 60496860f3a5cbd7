import { isProperties } from '../../../../model/value.ts';
import { at, bag, Shape, tagList } from './shape.ts';
import type { SamInput, SamResource } from './translate.ts';

const attributeTypes: Readonly<Record<string, string>> = { String: 'S', Number: 'N', Binary: 'B' };

/** A table with one key; `id` of type string when none is named. */
export function tableResources(input: SamInput): SamResource[] {
  const { properties } = input;
  const name = at(properties, 'PrimaryKey.Name') ?? 'id';
  const type = at(properties, 'PrimaryKey.Type');
  const attribute = typeof type === 'string' && Object.hasOwn(attributeTypes, type) ? attributeTypes[type] : 'S';
  const shape = new Shape(input)
    .copy('TableName', 'SSESpecification', 'PointInTimeRecoverySpecification', 'ProvisionedThroughput')
    .set('AttributeDefinitions', [bag({ AttributeName: name, AttributeType: attribute })], 'PrimaryKey')
    .set('KeySchema', [bag({ AttributeName: name, KeyType: 'HASH' })], 'PrimaryKey')
    .set('Tags', tagList(properties.Tags), 'Tags');
  if (properties.ProvisionedThroughput === undefined) shape.set('BillingMode', 'PAY_PER_REQUEST');
  return [shape.done(input.logicalId, 'AWS::DynamoDB::Table')];
}

/** A layer version. */
export function layerResources(input: SamInput): SamResource[] {
  const shape = new Shape(input).copy(
    'LayerName',
    'Description',
    'CompatibleRuntimes',
    'CompatibleArchitectures',
    'LicenseInfo',
  );
  return [shape.done(input.logicalId, 'AWS::Lambda::LayerVersion')];
}

/** An application from another template or the Serverless Application Repository. */
export function nestedApplicationResources(input: SamInput): SamResource[] {
  const location = input.properties.Location;
  const shape = new Shape(input).copy('Parameters', 'NotificationARNs', 'TimeoutInMinutes');
  if (!isProperties(location)) shape.copy('Location:TemplateURL');
  shape.set('Tags', tagList(input.properties.Tags), 'Tags');
  return [shape.done(input.logicalId, 'AWS::CloudFormation::Stack')];
}
