import { expect, it } from 'vitest';
import { traceDecider } from './trace-decider.ts';

const files = (text: string): { readonly files: { path: string; text: string }[] } => ({
  files: [{ path: 'a.cedar', text }],
});

it('a set with a temporal condition is refused: a recorded call alone does not tell what the run did', () => {
  const condition = 'when temporal { formerly within 60s Demarc::Action::"a/b"::request{} }';
  expect(() =>
    traceDecider(files(`permit (principal, action, resource);\nforbid (principal, action, resource) ${condition};`)),
  ).toThrow(/^a\.cedar:2: a temporal condition asks what the run did before/);
  expect(() => traceDecider(files('permit (principal, action, resource) when { context.temporal.x };'))).toThrow(
    /`context\.temporal` is named by hand/,
  );
});
