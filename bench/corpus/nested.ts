/**
 * Writes a Terraform estate with nested local modules: base modules, composite modules that call three of them, and stacks that call one
 * composite each: about 800 files, 86,000 lines, 12,000 resources once expanded.
 *
 *   tsx bench/corpus/nested.ts <directory>
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [out = ''] = process.argv.slice(2);
const baseModules = 100;
const composites = 30;
const stacks = 100;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}

const variable = (name: string, type: string, fallback: string): string =>
  `variable "${name}" {\n  description = "Value of ${name.replaceAll('_', ' ')}"\n  type        = ${type}\n  default     = ${fallback}\n}\n`;

function queue(index: number): string {
  return `resource "aws_sqs_queue" "q${index}" {
  name                       = "\${local.prefix}-q${index}"
  visibility_timeout_seconds = var.timeout
  message_retention_seconds  = var.retention
  kms_master_key_id          = var.kms_key_id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
  tags = merge(local.tags, {
    Name = "\${local.prefix}-q${index}"
  })
}
`;
}

function bucket(index: number): string {
  return `resource "aws_s3_bucket" "b${index}" {
  bucket        = "\${local.prefix}-b${index}"
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "b${index}" {
  bucket                  = aws_s3_bucket.b${index}.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "r${index}" {
  name = "\${local.prefix}-r${index}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}
`;
}

const settings = Array.from({ length: 18 }, (_, index) =>
  variable(`setting_${index}`, 'string', `"value-${index}"`),
).join('\n');
const common = [
  variable('name', 'string', '"app"'),
  variable('timeout', 'number', '30'),
  variable('retention', 'number', '345600'),
  variable('kms_key_id', 'string', 'null'),
  variable('force_destroy', 'bool', 'false'),
].join('\n');

for (let index = 0; index < baseModules; index++) {
  const queues = Array.from({ length: 16 }, (_, at) => queue(at)).join('\n');
  const buckets = Array.from({ length: 8 }, (_, at) => bucket(at)).join('\n');
  write(
    `modules/base-${index}/main.tf`,
    `locals {\n  prefix = lower("\${var.name}-${index}")\n  tags   = { module = "base-${index}", managed = "terraform" }\n}\n\nresource "aws_sqs_queue" "dead" {\n  name = "\${local.prefix}-dead"\n}\n\n${queues}\n${buckets}`,
  );
  write(`modules/base-${index}/variables.tf`, `${common}\n${settings}`);
  write(
    `modules/base-${index}/outputs.tf`,
    Array.from({ length: 16 }, (_, at) => `output "queue_${at}" {\n  value = aws_sqs_queue.q${at}.arn\n}\n`).join('\n'),
  );
}
for (let index = 0; index < composites; index++) {
  const calls = Array.from(
    { length: 6 },
    (_, at) =>
      `module "part_${at}" {\n  source    = "../base-${(index * 3 + at) % baseModules}"\n  name      = "\${var.name}-part${at}"\n  timeout   = var.timeout\n  retention = var.retention\n}\n`,
  ).join('\n');
  write(`modules/composite-${index}/main.tf`, calls);
  write(`modules/composite-${index}/variables.tf`, `${common}\n${settings}`);
  write(`modules/composite-${index}/outputs.tf`, 'output "first" {\n  value = module.part_0.queue_0\n}\n');
}
for (let index = 0; index < stacks; index++) {
  const calls = Array.from(
    { length: 1 },
    (_, at) =>
      `module "service_${at}" {\n  source  = "../../modules/composite-${(index * 3 + at) % composites}"\n  name    = "\${var.name}-s${at}"\n  timeout = var.timeout\n}\n`,
  ).join('\n');
  write(`stacks/stack-${index}/main.tf`, calls);
  write(`stacks/stack-${index}/variables.tf`, `${common}\n${settings}`);
  write(`stacks/stack-${index}/terraform.tfvars`, `name = "stack-${index}"\n`);
  write(`stacks/stack-${index}/outputs.tf`, 'output "first" {\n  value = module.service_0.first\n}\n');
}
