import type { Random } from './random.ts';

export interface Wanted {
  /** Number of the file in the corpus. */
  readonly index: number;
  /** Resources the file should hold. */
  readonly wanted: number;
  readonly random: Random;
}
export interface WrittenFile {
  readonly path: string;
  readonly text: string;
  readonly resources: number;
}
export type Writer = (wanted: Wanted) => WrittenFile;

/** One writer a kind of file. */
export const writersByKind: Readonly<Record<string, Writer>> = {
  terraform,
  cloudformation,
  kubernetes,
  compose,
  python,
  typescript,
  agent,
};

const teams = ['payments', 'support', 'search', 'risk', 'claims', 'logistics'] as const;
const models = [
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'amazon.nova-pro-v1:0',
  'meta.llama3-3-70b-instruct-v1:0',
] as const;

/**
 * Of every hundred files the first is a local module; the Terraform files of the block make eight root modules, and
 * some of them call it with `for_each`.
 */
function terraform({ index, wanted, random }: Wanted): WrittenFile {
  const block = Math.floor(index / 100);
  if (index % 100 === 0) return { path: `terraform/modules/store-${block}/main.tf`, text: storeModule, resources: 0 };
  const blocks: string[] = [];
  let resources = 0;
  if (random.chance(10)) blocks.push(`variable "stage_${index}" {\n  type    = string\n  default = "prod"\n}\n`);
  if (wanted >= 6 && random.chance(10)) {
    const names = ['a', 'b', 'c'].map((letter) => `"${letter}${index}"`);
    blocks.push(
      `module "stores_${index}" {\n  source   = "../../modules/store-${block}"\n  for_each = toset([${names.join(', ')}])\n  name     = each.key\n}\n`,
    );
    resources += names.length * 2;
  }
  while (resources < wanted) {
    const [text, count] = terraformBlock(`r${index}_${resources}`, wanted - resources, random);
    blocks.push(text);
    resources += count;
  }
  const team = teams[block % teams.length] ?? 'core';
  return { path: `terraform/${team}/stack-${block}-${index % 8}/part-${index}.tf`, text: blocks.join('\n'), resources };
}

const storeModule = `variable "name" {
  type = string
}

resource "aws_s3_bucket" "this" {
  bucket = "acme-\${var.name}"
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
`;

function terraformBlock(name: string, left: number, random: Random): [string, number] {
  const instances = Math.min(left, 2 + random.integer(6));
  const dice = random.integer(100);
  if (dice < 25 && left > 4) {
    const names = Array.from({ length: instances }, (_, at) => `"${name}-${at}"`).join(', ');
    return [
      `resource "aws_s3_bucket" "${name}" {\n  for_each = toset([${names}])\n  bucket   = "acme-\${each.key}"\n  tags = {\n    team = "${random.pick(teams)}"\n  }\n}\n`,
      instances,
    ];
  }
  if (dice < 35 && left > 4)
    return [
      `resource "aws_cloudwatch_log_group" "${name}" {\n  count             = ${instances}\n  name              = "/acme/${name}/\${count.index}"\n  retention_in_days = ${random.pick([30, 90, 365])}\n}\n`,
      instances,
    ];
  if (dice < 45) {
    const guardrail = random.chance(60)
      ? `\n  guardrail_configuration {\n    guardrail_identifier = aws_bedrock_guardrail.${name}.guardrail_id\n    guardrail_version    = "1"\n  }`
      : '';
    const agent = `resource "aws_bedrockagent_agent" "${name}" {\n  agent_name              = "${name}"\n  foundation_model        = "${random.pick(models)}"\n  agent_resource_role_arn = aws_iam_role.${name}.arn\n  instruction             = "Answer questions about orders and hand over to a person when you are not sure."${guardrail}\n}\n`;
    const role = `resource "aws_iam_role" "${name}" {\n  name = "${name}"\n  assume_role_policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "bedrock.amazonaws.com" } }]\n  })\n}\n`;
    const filter = `resource "aws_bedrock_guardrail" "${name}" {\n  name                      = "${name}"\n  blocked_input_messaging   = "Blocked."\n  blocked_outputs_messaging = "Blocked."\n  content_policy_config {\n    filters_config {\n      type            = "PROMPT_ATTACK"\n      input_strength  = "${random.pick(['HIGH', 'LOW'])}"\n      output_strength = "NONE"\n    }\n  }\n}\n`;
    return guardrail === '' ? [`${role}\n${agent}`, 2] : [`${role}\n${agent}\n${filter}`, 3];
  }
  if (dice < 50)
    return [
      `resource "azurerm_cognitive_account" "${name}" {\n  name                          = "${name}"\n  location                      = "westeurope"\n  resource_group_name           = "rg-${name}"\n  kind                          = "OpenAI"\n  sku_name                      = "S0"\n  public_network_access_enabled = ${random.chance(50)}\n}\n`,
      1,
    ];
  if (dice < 55)
    return [
      `resource "google_vertex_ai_endpoint" "${name}" {\n  name         = "${random.integer(1_000_000)}"\n  display_name = "${name}"\n  location     = "europe-west4"\n}\n`,
      1,
    ];
  if (dice < 75)
    return [
      `resource "aws_iam_policy" "${name}" {\n  name = "${name}"\n  policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = [{\n      Effect   = "Allow"\n      Action   = ["bedrock:InvokeModel"${random.chance(20) ? ', "bedrock:*"' : ''}]\n      Resource = "*"\n    }]\n  })\n}\n`,
      1,
    ];
  return [
    `resource "aws_security_group" "${name}" {\n  name        = "${name}"\n  description = "Managed by Terraform"\n  dynamic "ingress" {\n    for_each = [443, ${8000 + random.integer(1000)}]\n    content {\n      from_port   = ingress.value\n      to_port     = ingress.value\n      protocol    = "tcp"\n      cidr_blocks = ["${random.chance(10) ? '0.0.0.0/0' : '10.0.0.0/8'}"]\n    }\n  }\n}\n`,
    1,
  ];
}

function cloudformation({ index, wanted, random }: Wanted): WrittenFile {
  const lines = [
    "AWSTemplateFormatVersion: '2010-09-09'",
    'Parameters:',
    '  Stage: {Type: String, Default: prod}',
    'Resources:',
  ];
  for (let at = 0; at < wanted; at++) {
    const id = `R${index}x${at}`;
    if (at % 4 === 0)
      lines.push(
        `  ${id}:`,
        '    Type: AWS::Bedrock::Agent',
        '    Properties:',
        `      AgentName: !Sub agent-\${Stage}-${at}`,
        `      FoundationModel: ${random.pick(models)}`,
      );
    else if (at % 4 === 1)
      lines.push(
        `  ${id}:`,
        '    Type: AWS::Lambda::Function',
        '    Properties:',
        '      Runtime: python3.13',
        '      Handler: app.handler',
        `      MemorySize: ${random.pick([256, 512, 1024])}`,
      );
    else
      lines.push(
        `  ${id}:`,
        '    Type: AWS::S3::Bucket',
        '    Properties:',
        `      BucketName: !Sub acme-\${Stage}-${index}-${at}`,
      );
  }
  return {
    path: `cloudformation/${random.pick(teams)}/stack-${index}.yaml`,
    text: `${lines.join('\n')}\n`,
    resources: wanted,
  };
}

function kubernetes({ index, wanted, random }: Wanted): WrittenFile {
  const documents: string[] = [];
  while (documents.length < wanted) {
    const name = `app-${index}-${documents.length}`;
    const image = random.pick([
      'vllm/vllm-openai:v0.11.0',
      'ollama/ollama:latest',
      'nginx:1.29',
      'ghcr.io/acme/support-agent:2.4.0',
      'qdrant/qdrant:v1.15.4',
    ]);
    documents.push(
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: ${random.pick(teams)}}\nspec:\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec:\n      containers:\n        - name: main\n          image: ${image}\n          env:\n            - {name: LOG_LEVEL, value: info}\n          resources: {limits: {memory: 8Gi}}\n`,
    );
    if (documents.length < wanted)
      documents.push(
        `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec:\n  type: ${random.pick(['ClusterIP', 'ClusterIP', 'LoadBalancer'])}\n  selector: {app: ${name}}\n  ports: [{port: 8000}]\n`,
      );
  }
  return {
    path: `clusters/team-${index % 97}/app-${index}.yaml`,
    text: documents.join('---\n'),
    resources: documents.length,
  };
}

function compose({ index, wanted, random }: Wanted): WrittenFile {
  const services = Array.from({ length: wanted }, (_, at) => {
    const image = random.pick([
      'ollama/ollama:0.12.0',
      'ghcr.io/open-webui/open-webui:main',
      'postgres:17',
      'redis:8.2',
      'acme/api:1.0',
    ]);
    return `  service-${at}:\n    image: ${image}\n    ports: ["${random.chance(50) ? '127.0.0.1:' : ''}${10_000 + at}:8080"]\n    environment: {LOG_LEVEL: "\${LOG_LEVEL:-info}"}\n`;
  });
  return { path: `services/app-${index}/compose.yaml`, text: `services:\n${services.join('')}`, resources: wanted };
}

function python({ index, wanted, random }: Wanted): WrittenFile {
  const calls = Array.from(
    { length: wanted },
    (_, at) =>
      `def answer_${at}(question: str) -> str:\n    message = client.messages.create(\n        model="${random.pick(['claude-sonnet-4-5', 'claude-haiku-4-5'])}",\n        max_tokens=${random.pick([512, 1024, 4096])},\n        messages=[{"role": "user", "content": question}],\n    )\n    return message.content[0].text\n`,
  );
  return {
    path: `apps/app_${index % 113}/module_${index}.py`,
    text: `import os\n\nimport anthropic\n\nclient = anthropic.Anthropic(api_key=os.environ["ANTHROPIC_API_KEY"])\n\n\n${calls.join('\n\n')}`,
    resources: wanted,
  };
}

function typescript({ index, wanted, random }: Wanted): WrittenFile {
  const calls = Array.from(
    { length: wanted },
    (_, at) =>
      `export async function answer${at}(question: string): Promise<string> {\n  const response = await client.responses.create({ model: '${random.pick(['gpt-5.1', 'gpt-5-mini'])}', input: question, max_output_tokens: ${random.pick([512, 2048])} });\n  return response.output_text;\n}\n`,
  );
  return {
    path: `apps/web-${index % 89}/src/module-${index}.ts`,
    text: `import OpenAI from 'openai';\n\nconst client = new OpenAI();\n\n${calls.join('\n')}`,
    resources: wanted,
  };
}

function agent({ index, wanted, random }: Wanted): WrittenFile {
  const folder = `repositories/repo-${index}`;
  if (index % 2 === 0) {
    const servers = Object.fromEntries(
      Array.from({ length: wanted }, (_, at) => [
        `server-${at}`,
        random.chance(50)
          ? {
              command: 'npx',
              args: ['-y', `@modelcontextprotocol/server-filesystem${random.chance(50) ? '@2025.8.21' : ''}`, '/data'],
            }
          : { type: 'http', url: `https://mcp-${at}.example.com/mcp` },
      ]),
    );
    return {
      path: `${folder}/.mcp.json`,
      text: `${JSON.stringify({ mcpServers: servers }, null, 2)}\n`,
      resources: wanted,
    };
  }
  const allow = Array.from({ length: wanted }, (_, at) => (random.chance(10) ? 'Bash(*)' : `Bash(npm run task-${at})`));
  return {
    path: `${folder}/.claude/settings.json`,
    text: `${JSON.stringify({ permissions: { allow, deny: ['Read(./.env)'] } }, null, 2)}\n`,
    resources: 1,
  };
}
