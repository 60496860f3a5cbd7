import { roleFor } from './role.ts';
import { refTo, Shape, tagList } from './shape.ts';
import type { SamInput, SamResource } from './translate.ts';

/** A state machine and, when it names no role, its role. */
export function stateMachineResources(input: SamInput): SamResource[] {
  const { logicalId, properties } = input;
  const shape = new Shape(input)
    .copy(
      'Name:StateMachineName',
      'Type:StateMachineType',
      'Definition',
      'DefinitionUri:DefinitionS3Location',
      'DefinitionSubstitutions',
      'EncryptionConfiguration',
      'Logging:LoggingConfiguration',
      'Tracing:TracingConfiguration',
    )
    .set('Tags', tagList(properties.Tags), 'Tags');
  if (properties.Role !== undefined) {
    return [shape.copy('Role:RoleArn').done(logicalId, 'AWS::StepFunctions::StateMachine')];
  }
  shape.set('RoleArn', refTo(input, `${logicalId}Role`, 'Arn'));
  return [shape.done(logicalId, 'AWS::StepFunctions::StateMachine'), roleFor(input, 'states.amazonaws.com', [])];
}
