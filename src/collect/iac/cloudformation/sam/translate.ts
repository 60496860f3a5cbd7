import type { PositionSink } from '../../../documents/node.ts';
import type { Properties } from '../../../../model/value.ts';
import type { Declaration } from '../declarations.ts';
import type { Template } from '../template.ts';
import { apiResources, httpApiResources } from './api.ts';
import { functionResources } from './function.ts';
import { stateMachineResources } from './state-machine.ts';
import { layerResources, nestedApplicationResources, tableResources } from './simple.ts';

/** A serverless resource, evaluated, or a CloudFormation resource made from one. */
export interface SamResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  readonly positions: PositionSink;
}
export interface SamInput extends SamResource {
  readonly file: string;
  readonly template: Template;
}

const translators: Readonly<Record<string, ((input: SamInput) => SamResource[]) | undefined>> = {
  'AWS::Serverless::Function': functionResources,
  'AWS::Serverless::Api': apiResources,
  'AWS::Serverless::HttpApi': httpApiResources,
  'AWS::Serverless::SimpleTable': tableResources,
  'AWS::Serverless::StateMachine': stateMachineResources,
  'AWS::Serverless::LayerVersion': layerResources,
  'AWS::Serverless::Application': nestedApplicationResources,
};

/** Whether a type is one that the SAM transform replaces. */
export function isServerless(type: string): boolean {
  return type.startsWith('AWS::Serverless::');
}

/**
 * The CloudFormation resources that SAM makes of one serverless resource, with the logical ids that SAM gives them;
 * undefined for a kind that is not translated.
 *
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 */
export function translate(input: SamInput): SamResource[] | undefined {
  return Object.hasOwn(translators, input.type) ? translators[input.type]?.(input) : undefined;
}

/** Logical ids that a template may refer to although SAM makes them: the roles, and the implicit APIs. */
export function generatedIds(declaration: Declaration): string[] {
  const { logicalId, type } = declaration;
  if (type === 'AWS::Serverless::Function') {
    return [`${logicalId}Role`, `${logicalId}Url`, 'ServerlessRestApi', 'ServerlessHttpApi'];
  }
  return type === 'AWS::Serverless::StateMachine' ? [`${logicalId}Role`] : [];
}
