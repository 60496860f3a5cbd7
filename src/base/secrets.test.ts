import { describe, expect, it } from 'vitest';
import { findSecrets, isPlaceholder, isSecretName, redactText } from './secrets.ts';

const filler = (length: number, alphabet = 'aZ3kQ9xL7mB2vN8cR5tY1wE6uI4oP0sD'): string =>
  Array.from({ length }, (_, at) => alphabet[(at * 7 + 3) % alphabet.length]).join('');

/** Built at run time, so that no credential-shaped text stands in this file. */
const samples: readonly (readonly [string, string])[] = [
  ['anthropic-api-key', `sk-ant-api03-${filler(93)}AA`],
  ['openai-api-key', `sk-proj-${filler(40)}T3BlbkFJ${filler(40)}`],
  ['google-api-key', `AIza${filler(35)}`],
  ['huggingface-token', `hf_${filler(34)}`],
  ['groq-api-key', `gsk_${filler(52)}`],
  ['openrouter-api-key', `sk-or-v1-${filler(64, '0123456789abcdef')}`],
  ['bedrock-api-key', `ABSK${filler(110)}`],
  ['aws-access-key', `AKIA${filler(16, 'ABCDEFGHJKLMNPQ234567')}`],
  ['github-token', `ghp_${filler(36)}`],
  ['slack-token', `xoxb-${filler(40)}`],
  ['langsmith-api-key', `lsv2_pt_${filler(32, '0123456789abcdef')}_${filler(10, '0123456789abcdef')}`],
];

describe('credentials', () => {
  it.each(samples)('finds a %s in the middle of a text', (kind, secret) => {
    const text = `key = "${secret}" # comment`;
    const [match, ...rest] = findSecrets(text);
    expect(rest).toEqual([]);
    expect(match?.kind).toBe(kind);
    expect(text.slice(match?.start, match?.end)).toBe(secret);
    expect(redactText(text)).not.toContain(secret);
  });

  it('hides the password of a URL and keeps the rest', () => {
    expect(redactText('postgres://app:s3cr3t-pw@db.internal:5432/x')).toBe(
      'postgres://app:[secret]@db.internal:5432/x',
    );
  });

  it.each([
    ['args: ["--api-key", "Wint3r-Sale"]', 'args: ["--api-key", "[secret]"]'],
    ['vllm serve --api-key Wint3r-Sale --port 1', 'vllm serve --api-key [secret] --port 1'],
    ['the password is Wint3r-Sale', 'the password is [secret]'],
    ['{"token": "Wint3r-Sale"}', '{"token": "[secret]"}'],
  ])('hides the credential of: %s', (line, expected) => {
    expect(redactText(line)).toBe(expected);
  });

  it('hides what is assigned to a secret name, and not a reference or a call', () => {
    expect(redactText("password: 'Wint3r-Sale'")).toBe("password: '[secret]'");
    for (const line of [
      'password = var.database_password',
      'token: ${TOKEN}',
      'api_key = os.environ["KEY"]',
      'max_tokens: 4096',
    ])
      expect(redactText(line)).toBe(line);
  });

  it.each([
    '${TOKEN}',
    '<your-token>',
    'xxxxxxxx',
    'your-api-key-here',
    'changeme-please',
    '$env:KEY',
    '{{ secret }}',
    'process.env.KEY',
  ])('takes %s for a placeholder', (text) => {
    expect(isPlaceholder(text)).toBe(true);
  });

  it.each([
    ['OPENAI_API_KEY', true],
    ['dbPassword', true],
    ['client-secret', true],
    ['access_token', true],
    ['ApiKeyValue', true],
    ['max_tokens', false],
    ['secretArn', false],
    ['kms_key_id', false],
    ['publicKey', false],
    ['partition_key', false],
    ['keyboard', false],
  ])('%s names a credential: %s', (name, expected) => {
    expect(isSecretName(name)).toBe(expected);
  });

  it('stays fast on text made to be slow', () => {
    const evil = [
      'sk-ant-api03-'.repeat(20_000),
      'eyJ'.repeat(50_000),
      '://'.repeat(50_000),
      `-----BEGIN ${'A '.repeat(50_000)}`,
      'password='.repeat(20_000),
    ];
    for (const text of evil) expect(redactText(text).length).toBeGreaterThan(0);
  }, 5_000);
});
