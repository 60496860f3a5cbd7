import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeFiles } from '../../../../app/node-ports.ts';
import { makeCollectors } from '../../../../app/wire.ts';
import { Graph } from '../../../../evaluate/graph.ts';
import { collectTree } from '../../../run.ts';

it('a reference whose value is a literal is still an edge', async () => {
  const root = mkdtempSync(join(tmpdir(), 'demarc-reads-'));
  mkdirSync(root, { recursive: true });
  writeFileSync(
    join(root, 'main.tf'),
    'resource "aws_s3_bucket" "prompts" {\n  bucket = "prompts"\n}\nresource "aws_bedrock_model_invocation_logging_configuration" "log" {\n  logging_config {\n    s3_config {\n      bucket_name = aws_s3_bucket.prompts.bucket\n    }\n  }\n}\n',
  );
  const { resources } = await collectTree(nodeFiles, root, makeCollectors(), {
    starts: [''],
    excludes: [],
    now: 0,
    cache: undefined,
    onProgress: undefined,
  });
  rmSync(root, { recursive: true });
  expect(Graph.build(resources, []).edges).toMatchObject([
    { from: '.#aws_bedrock_model_invocation_logging_configuration.log', to: '.#aws_s3_bucket.prompts' },
  ]);
});
