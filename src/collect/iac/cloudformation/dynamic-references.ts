import { interpolate } from '../../../model/interpolate.ts';
import { Ref, type Value } from '../../../model/value.ts';

const opening = '{{resolve:';

/**
 * A text with its dynamic references (`{{resolve:secretsmanager:…}}`) as references: CloudFormation puts the value in
 * at deployment, so it is set, and its text stands nowhere in the template.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
export function dynamicReferences(text: string): Value {
  let start = text.indexOf(opening);
  if (start === -1) return text;
  const parts: Value[] = [];
  let from = 0;
  while (start !== -1) {
    const end = text.indexOf('}}', start);
    if (end === -1) break;
    parts.push(text.slice(from, start), new Ref(text.slice(start, end + 2)));
    from = end + 2;
    start = text.indexOf(opening, from);
  }
  parts.push(text.slice(from));
  return interpolate(parts);
}
