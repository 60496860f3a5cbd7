import { describe, expect, it } from 'vitest';
import type { Collected } from '../../../model/collect.ts';
import { Interpolated, Ref, Unknown, type Value } from '../../../model/value.ts';
import { resourcesOf } from './resources.ts';
import { parseTemplate } from './template.ts';

const source = { text: () => '', has: () => false, folder: () => [] };
const options = {
  canonicalise: (_type: string, properties: Readonly<Record<string, Value>>) => properties,
  isRelevant: () => true,
};

function read(text: string): Collected {
  const { template, gaps } = parseTemplate(text, 't');
  if (template === undefined) return { resources: [], gaps };
  const found = resourcesOf(template, source, options);
  return { resources: found.resources, gaps: [...gaps, ...found.gaps] };
}

const yamlHead = `
Parameters:
  Text: { Type: String, Default: abc }
  Count: { Type: Number, Default: 2 }
  Items: { Type: CommaDelimitedList, Default: 'a, b,c' }
  Open: { Type: String }
  Hidden: { Type: String, Default: visible, NoEcho: true }
  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b }
Mappings:
  Zones:
    eu: { size: 1, same: x }
    us: { size: 2, same: x }
Conditions:
  Yes: !Equals [!Ref Text, abc]
  No: !Not [!Condition Yes]
  Maybe: !Equals [!Ref Open, prod]
Resources:
  Bucket: { Type: AWS::S3::Bucket }
  It:
    Type: AWS::X::Y
    Properties:
      P: `;

function yamlValue(expression: string): Value | undefined {
  const found = read(`AWSTemplateFormatVersion: 2010-09-09${yamlHead}${expression}\n`);
  return found.resources.find((resource) => resource.name === 'It')?.properties.P;
}

const open = new Unknown('parameter `Open` has no default');
const bucket = new Ref('t#Bucket');

describe('an intrinsic function', () => {
  it.each<[string, Value | undefined]>([
    ['!Ref Text', 'abc'],
    ['!Ref Count', 2],
    ['!Ref Items', ['a', 'b', 'c']],
    ['!Ref Open', open],
    ['!Ref Hidden', new Unknown('NoEcho parameter')],
    ['!Ref Stored', new Unknown('parameter `Stored` is read from SSM')],
    ['!Ref AWS::Region', new Unknown('AWS::Region is only known when deployed')],
    ['!Ref AWS::NoValue', undefined],
    ['!Ref Bucket', bucket],
    ['{ Ref: Bucket }', bucket],
    ['!Ref Missing', new Unknown('`Missing` is not declared in the template')],
    ['!GetAtt Bucket.Arn', new Ref('t#Bucket', 'Arn')],
    ["!GetAtt 'Bucket.A.B'", new Ref('t#Bucket', 'A.B')],
    ['{ "Fn::GetAtt": [Bucket, Arn] }', new Ref('t#Bucket', 'Arn')],
    ["!Sub 'x-${Text}-${Count}'", 'x-abc-2'],
    ["!Sub '${Bucket.Arn}/*'", new Interpolated([new Ref('t#Bucket', 'Arn'), '/*'])],
    ["!Sub '${!Literal}-${Text}'", '${Literal}-abc'],
    ["!Sub ['${A}-${Text}', { A: !Ref Count }]", '2-abc'],
    ["!Sub '${Open'", '${Open'],
    ["!Join ['-', [a, !Ref Text]]", 'a-abc'],
    ["!Join [',', !Ref Items]", 'a,b,c'],
    ["!Join ['', ['arn:', !Ref Open]]", new Interpolated(['arn:', open])],
    ['!Select [1, !Ref Items]', 'b'],
    ["!Select ['0', [x, y]]", 'x'],
    ['!Select [9, [x]]', new Unknown('the index of Fn::Select is outside the list')],
    ["!Split ['-', 'a-b']", ['a', 'b']],
    ["!Split ['-', !Ref Open]", open],
    ['!If [Yes, 1, 2]', 1],
    ['!If [No, 1, 2]', 2],
    ['!If [Maybe, 1, 1]', 1],
    ['!If [Maybe, 1, 2]', new Unknown('depends on condition `Maybe`: parameter `Open` has no default')],
    ['!If [No, 1, !Ref AWS::NoValue]', undefined],
    ['[1, !If [No, 2, !Ref AWS::NoValue], 3]', [1, 3]],
    ['!FindInMap [Zones, eu, size]', 1],
    ['!FindInMap [Zones, !Ref AWS::Region, same]', 'x'],
    ['!FindInMap [Zones, !Ref AWS::Region, size]', new Unknown('the key of Fn::FindInMap is not known')],
    ['!FindInMap [Zones, none, size, { DefaultValue: 7 }]', 7],
    ['!FindInMap [Zones, none, size]', new Unknown('not found in the mapping')],
    ['!ImportValue other', new Unknown('exported by another stack')],
    ["!GetAZs ''", new Unknown('availability zones are only known when deployed')],
    ["!Cidr ['10.0.0.0/16', 2, 8]", new Unknown('address ranges are computed when deployed')],
    ['{ "Fn::Base64": !Sub "x ${Text}" }', 'x abc'],
    ['!ToJsonString { a: !Ref Text, b: [1] }', '{"a":"abc","b":[1]}'],
    ['!ToJsonString { a: !Ref Open }', new Unknown('a part of Fn::ToJsonString is not known')],
    ['!Length [a, b]', 2],
    ['!Length [!Ref Open]', 1],
    ['!Equals [a, b]', false],
    [
      "'{{resolve:secretsmanager:db:SecretString:password}}'",
      new Ref('{{resolve:secretsmanager:db:SecretString:password}}'),
    ],
    ["'a {{resolve:ssm:x}} b'", new Interpolated(['a ', new Ref('{{resolve:ssm:x}}'), ' b'])],
  ])('%s gives what CloudFormation gives', (expression, expected) => {
    expect(yamlValue(expression)).toStrictEqual(expected);
  });

  it('that is a macro or not known is a gap and an unknown value', () => {
    const found = read(
      `AWSTemplateFormatVersion: x${yamlHead}\n        A: !Transform { Name: m }\n        B: !Nonsense 1\n`,
    );
    expect(found.gaps.map((gap) => [gap.kind, gap.reason])).toEqual([
      ['unsupported', '`Fn::Transform` is a macro: not run'],
      ['unsupported', '`Fn::Nonsense` is not evaluated'],
    ]);
  });

  it('leaves a `Condition` key of a policy statement alone', () => {
    const json = JSON.stringify({
      Resources: { It: { Type: 'AWS::X::Y', Properties: { P: { Condition: { Bool: { a: 'true' } } } } } },
    });
    expect(read(json).resources[0]?.properties.P).toMatchObject({ Condition: { Bool: { a: 'true' } } });
  });
});

describe('conditions', () => {
  const decide = (condition: unknown, others: object = {}): boolean | string => {
    const found = read(
      JSON.stringify({
        AWSTemplateFormatVersion: '2010-09-09',
        Parameters: { Open: { Type: 'String' }, On: { Type: 'String', Default: 'true' } },
        Conditions: {
          C: condition,
          True: { 'Fn::Equals': ['a', 'a'] },
          Unknown: { 'Fn::Equals': [{ Ref: 'Open' }, 'x'] },
          ...others,
        },
        Resources: { R: { Type: 'AWS::X::Y', Properties: { V: { 'Fn::If': ['C', true, false] } } } },
      }),
    );
    const value = found.resources[0]?.properties.V;
    return value instanceof Unknown ? value.reason : value === true;
  };
  const unknown = { Condition: 'Unknown' };
  const yes = { Condition: 'True' };
  const no = { 'Fn::Not': [yes] };
  const unsure = 'depends on condition `C`: parameter `Open` has no default';

  it.each<[unknown, boolean | string]>([
    [{ 'Fn::And': [yes, yes] }, true],
    [{ 'Fn::And': [unknown, no] }, false],
    [{ 'Fn::And': [unknown, yes] }, unsure],
    [{ 'Fn::Or': [unknown, yes] }, true],
    [{ 'Fn::Or': [unknown, no] }, unsure],
    [{ 'Fn::Or': [no, no] }, false],
    [{ 'Fn::Not': [unknown] }, unsure],
    [{ 'Fn::Equals': [{ Ref: 'On' }, true] }, true],
    [{ 'Fn::Equals': [['a'], ['b']] }, false],
    [{ Condition: 'C' }, 'depends on condition `C`: condition `C` refers to itself'],
    [{ Condition: 'Nowhere' }, 'depends on condition `C`: condition `Nowhere` is not declared'],
  ])('%j is decided by Kleene logic', (condition, expected) => {
    expect(decide(condition)).toBe(expected);
  });

  it('keep a resource that may be deployed and drop one that is not', () => {
    const found = read(`AWSTemplateFormatVersion: x
Parameters: { Open: { Type: String } }
Conditions:
  Maybe: !Equals [!Ref Open, a]
  Never: !Equals [a, b]
Resources:
  A: { Type: AWS::X::Y, Condition: Maybe }
  B: { Type: AWS::X::Y, Condition: Never }
  C: { Type: AWS::X::Y, Properties: { To: !Ref B } }
`);
    expect(found.resources.map((resource) => resource.name)).toEqual(['A', 'C']);
    expect(found.resources[1]?.properties.To).toBeInstanceOf(Unknown);
  });
});

describe('Fn::ForEach', () => {
  it('expands resources and properties, with the variable in keys, texts and references', () => {
    const found = read(`Transform: AWS::LanguageExtensions
Parameters: { Names: { Type: CommaDelimitedList, Default: 'one,two' } }
Resources:
  'Fn::ForEach::Buckets':
    - Name
    - !Ref Names
    - 'Bucket\${Name}':
        Type: AWS::S3::Bucket
        Properties:
          BucketName: !Ref Name
          Other: !GetAtt 'Bucket\${Name}.Arn'
          'Fn::ForEach::Inner': [Key, [a, b], { 'Tag\${Key}': '\${Name}-\${Key}' }]
`);
    expect(found.gaps).toEqual([]);
    expect(found.resources.map((resource) => resource.id)).toEqual(['t#Bucketone', 't#Buckettwo']);
    expect(found.resources[1]?.properties).toMatchObject({
      BucketName: 'two',
      Other: new Ref('t#Buckettwo', 'Arn'),
      Taga: 'two-a',
      Tagb: 'two-b',
    });
  });

  it('over a collection that is not known is a gap', () => {
    const found = read(`Transform: AWS::LanguageExtensions
Parameters: { Names: { Type: CommaDelimitedList } }
Resources:
  'Fn::ForEach::Buckets': [Name, !Ref Names, { 'B\${Name}': { Type: AWS::S3::Bucket } }]
`);
    expect(found.gaps).toMatchObject([
      { kind: 'unresolved', reason: 'the collection of `Fn::ForEach::Buckets` is not known' },
    ]);
  });
});
