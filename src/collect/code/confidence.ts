import type { Confidence } from '../../model/resource.ts';

/** How sure a path makes it that the code is in use: tests, examples and documentation are not the product. */
export function confidenceOf(path: string): Confidence {
  if (
    /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|fixtures?|examples?|samples?|demos?|docs?|cookbook|tutorials?|notebooks?|benchmarks?|testdata|mocks?|__mocks__)\//i.test(
      path,
    )
  )
    return 'example';
  return /(?:^|\/)(?:test_[^/]*|conftest)\.py$|_test\.(?:py|go)$|\.(?:test|spec|stories)\.[cm]?[jt]sx?$|(?:Test|Tests|IT)\.(?:java|cs)$/.test(
    path,
  )
    ? 'example'
    : 'active';
}
