import { nameOf } from '../base/path.ts';
import type { Confidence } from './resource.ts';

/** Folders whose content shows or tests something, and is not what runs. */
const exampleFolder =
  /(?:^|\/)(?:examples?|samples?|tests?|testing|__tests__|testdata|test-data|test[-_]fixtures|fixtures?|__fixtures__|__mocks__|mocks|docs?|e2e)\//i;
/** File names of tests: `test_agent.py`, `agent_test.go`, `agent.spec.ts`, `main.tftest.hcl`, `AgentTests.cs`. */
const testName =
  /^(?:test_.*\.py|conftest\.py|.*_test\.(?:go|py)|.*[._-](?:test|spec|tftest|stories)\.[a-z]{1,5}|.*Tests?\.(?:java|cs|kt))$/;
/** Names of files to copy from: `.env.example`, `settings.sample.json`. `Stack.template.json` is what CDK deploys. */
const templateName = /(?:^|[._-])(?:(?:example|sample|template|tmpl|dist)|(?:example|sample)\.[a-z0-9]{1,8})$/i;
const localName = /\.local(?:\.[a-z0-9]{1,8})?$|^(?:docker-)?compose\.override\.ya?ml$/i;

/**
 * How sure it is that a file is in force, by its path alone (relative to the assessed root, with `/`).
 *
 * `example` below a folder of examples, tests, fixtures or documentation, and for names of tests; `template` for names to
 * copy from; `local` for a developer's override (`settings.local.json`); else `active`.
 */
export function confidenceOf(path: string): Confidence {
  if (exampleFolder.test(path)) return 'example';
  const name = nameOf(path);
  if (templateName.test(name)) return 'template';
  if (testName.test(name)) return 'example';
  return localName.test(name) ? 'local' : 'active';
}
