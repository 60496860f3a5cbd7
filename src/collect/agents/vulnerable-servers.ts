/**
 * Published vulnerabilities of tool servers and helpers that agent configurations start. `before` is the first fixed version; ranges
 * from the advisories, read 2026-11-20.
 */
export interface Advisory {
  readonly package: string;
  readonly id: string;
  /** First affected version; absent for all before `before`. */
  readonly from?: string;
  readonly before: string;
  readonly url: string;
}

export const advisories: readonly Advisory[] = [
  {
    package: 'mcp-remote',
    id: 'CVE-2025-6514',
    from: '0.0.5',
    before: '0.1.16',
    url: 'https://nvd.nist.gov/vuln/detail/CVE-2025-6514',
  },
  {
    package: '@modelcontextprotocol/inspector',
    id: 'CVE-2025-49596',
    before: '0.14.1',
    url: 'https://nvd.nist.gov/vuln/detail/CVE-2025-49596',
  },
  {
    package: '@modelcontextprotocol/server-filesystem',
    id: 'CVE-2025-53109',
    before: '2025.7.1',
    url: 'https://nvd.nist.gov/vuln/detail/CVE-2025-53109',
  },
  {
    package: '@modelcontextprotocol/server-filesystem',
    id: 'CVE-2025-53110',
    before: '2025.7.1',
    url: 'https://nvd.nist.gov/vuln/detail/CVE-2025-53110',
  },
  {
    package: 'mcp-server-git',
    id: 'CVE-2025-68143',
    before: '2025.9.25',
    url: 'https://nvd.nist.gov/vuln/detail/CVE-2025-68143',
  },
  {
    package: 'figma-developer-mcp',
    id: 'CVE-2025-53967',
    before: '0.6.3',
    url: 'https://nvd.nist.gov/vuln/detail/CVE-2025-53967',
  },
  {
    package: 'mcp-server-kubernetes',
    id: 'CVE-2025-53355',
    before: '2.5.0',
    url: 'https://nvd.nist.gov/vuln/detail/CVE-2025-53355',
  },
  {
    package: 'postmark-mcp',
    id: 'malicious package',
    from: '1.0.16',
    before: '99999',
    url: 'https://postmarkapp.com/blog/information-regarding-malicious-postmark-mcp-package',
  },
];

/** Advisories that hold for exactly this version. A version that is not exact matches none: that is another rule's concern. */
export function vulnerabilitiesOf(name: string, version: string | undefined): readonly Advisory[] {
  const numbers = parse(version ?? '');
  if (numbers === undefined) return [];
  return advisories.filter(
    (advisory) =>
      advisory.package === name.toLowerCase() &&
      less(numbers, parse(advisory.before) ?? []) &&
      (advisory.from === undefined || !less(numbers, parse(advisory.from) ?? [])),
  );
}

function parse(version: string): readonly number[] | undefined {
  const found = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?/.exec(version);
  return found === null ? undefined : found.slice(1).map((part) => Number(part ?? 0));
}

function less(a: readonly number[], b: readonly number[]): boolean {
  for (let at = 0; at < 4; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
