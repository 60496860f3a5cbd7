import { parse } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { changeOf, type ClientEntry, entryAt, type FileFormat } from './client-entries.ts';
import { editFile, linesByHand } from './edit-file.ts';

/** The entry under a name, found as the collector states its place. */
function find(text: string, name: string, format: FileFormat = 'json', needle = `"${name}"`): ClientEntry {
  const offset = text.indexOf(needle);
  const before = text.slice(0, offset);
  const column = format === 'toml' ? 1 : offset - before.lastIndexOf('\n');
  const entry = entryAt(text, format, { name, line: before.split('\n').length, column });
  if (entry === undefined) throw new Error(`no entry ${name}`);
  return entry;
}

const bridge = ({ name }: ClientEntry) => ['demarc', ['mcp', '--server', name]] as const;
function edited(text: string, format: FileFormat, ...entries: readonly ClientEntry[]): string {
  return entries.reduce((result, entry) => {
    const after = editFile(result, format, changeOf(entry, ...bridge(entry)));
    if (after === undefined) throw new Error(`${entry.name} was not edited`);
    return after;
  }, text);
}

const claude = `{
    // kept
    "mcpServers": {
        "github": { "command": "npx", "args": ["-y", "gh"], "env": { "T": "x" }, "cwd": "/srv" }, // kept too
        "web": { "type": "http", "url": "https://mcp.example/x", "headers": { "Authorization": "Bearer t" }, "disabled": true },
    },
    "theme": "dark"
}
`;

describe('entries of clients in JSON', () => {
  it('are read with everything the gateway takes over', () => {
    expect(find(claude, 'github')).toMatchObject({
      path: ['mcpServers', 'github'],
      name: 'github',
      stdio: { command: 'npx', args: ['-y', 'gh'], cwd: '/srv' },
      env: { T: 'x' },
    });
    expect(find(claude, 'web')).toMatchObject({
      http: { url: 'https://mcp.example/x' },
      headers: { Authorization: 'Bearer t' },
    });
  });

  it('are pointed at the gateway; comments, other keys and what is the client’s own stay', () => {
    const after = edited(claude, 'json', find(claude, 'github'), find(claude, 'web'));
    expect(parse(after, [], { allowTrailingComma: true })).toEqual({
      mcpServers: {
        github: { command: 'demarc', args: ['mcp', '--server', 'github'] },
        web: { type: 'stdio', command: 'demarc', args: ['mcp', '--server', 'web'], disabled: true },
      },
      theme: 'dark',
    });
    expect(after).toContain('// kept\n');
    expect(after).toContain('// kept too');
    expect(after).not.toContain('Bearer t');
  });

  it('keep the shape their client wants: a list (OpenCode), an object (Zed), entries below projects', () => {
    const openCode = `{"mcp": {"a": {"type": "local", "command": ["node", "a.js"], "environment": {"K": "v"}, "enabled": true},
      "far": {"type": "remote", "url": "https://far.example"}}}`;
    expect(find(openCode, 'a')).toMatchObject({ stdio: { command: 'node', args: ['a.js'] }, env: { K: 'v' } });
    expect(parse(edited(openCode, 'json', find(openCode, 'a'), find(openCode, 'far')))).toEqual({
      mcp: {
        a: { type: 'local', command: ['demarc', 'mcp', '--server', 'a'], enabled: true },
        far: { type: 'local', command: ['demarc', 'mcp', '--server', 'far'] },
      },
    });
    const zed = '{"context_servers": {"b": {"command": {"path": "/bin/b", "args": ["-x"], "env": {"A": "1"}}}}}';
    expect(find(zed, 'b')).toMatchObject({ stdio: { command: '/bin/b', args: ['-x'] }, env: { A: '1' } });
    expect(parse(edited(zed, 'json', find(zed, 'b')))).toEqual({
      context_servers: { b: { command: 'demarc', args: ['mcp', '--server', 'b'] } },
    });
    const nested = '{"projects": {"/p": {"mcpServers": {"c": {"url": "https://c.example"}}}}}';
    expect(find(nested, 'c').path).toEqual(['projects', '/p', 'mcpServers', 'c']);
  });

  it.each(['\n', '\r\n'])('keep their comments, with lines that end in %j', (eol) => {
    const text = [
      '{"mcpServers": {',
      '  "acme": { // ours',
      '    "command": "npx", // as on the old machine',
      '    "args": [ // two',
      '      "-y", // yes',
      '      /* one,',
      '         more */ "a//b", "/* c */",',
      '    ], // until March',
      '    // hers',
      '    "env": {',
      '      "T": "x // y", // theirs',
      '    }, // all of it',
      '    "timeout": 3, // long',
      '    "cwd": "/srv" // mounted',
      '  },',
      '  "far": {',
      '    "url": "https://far.example", // where',
      '    "disabled": true // not yet',
      '  },',
      '  "one": { "command": "x", "env": {"A": "1"} /* hers */, "cwd": "/x" }',
      '}}',
    ].join(eol);
    const entries = ['acme', 'far', 'one'].map((name) => find(text, name));
    expect(edited(text, 'json', ...entries).split(eol)).toEqual([
      '{"mcpServers": {',
      '  "acme": { // ours',
      '    "command": "demarc", // as on the old machine',
      '    // two',
      '    // yes',
      '    /* one,',
      '         more */',
      '    "args": ["mcp", "--server", "acme"], // until March',
      '    // hers',
      '    // theirs',
      '    // all of it',
      '    "timeout": 3 // long',
      '    // mounted',
      '  },',
      '  "far": {',
      '    // where',
      '    "disabled": true, // not yet',
      '    "command": "demarc",',
      '    "args": ["mcp", "--server", "far"]',
      '  },',
      '  "one": { "command": "demarc", /* hers */ "args": ["mcp", "--server", "one"] }',
      '}}',
    ]);
  });

  it('a byte order mark, line ends and tabs stay', () => {
    const text = '\uFEFF{\r\n\t"mcpServers": {\r\n\t\t"a": {"url": "https://a.example"}\r\n\t}\r\n}\r\n';
    const entry = find(text.slice(1), 'a');
    const after = edited(text, 'json', entry);
    expect(after.startsWith('\uFEFF{\r\n\t"mcpServers": {\r\n\t\t"a": {')).toBe(true);
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('a key that stands there twice is not guessed at', () => {
    const text = '{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y"}}}';
    const entry = entryAt(text, 'json', { name: 'a', line: 1, column: 40 });
    expect(entry && editFile(text, 'json', changeOf(entry, 'demarc', []))).toBeUndefined();
  });

  it('what is no entry is none', () => {
    const at = { name: 'a', line: 1, column: 17 };
    expect(entryAt('{"mcpServers": {"a": 1}}', 'json', at)).toBeUndefined();
    expect(entryAt('{"mcpServers": {"a": {}}}', 'json', at)).toBeUndefined();
    expect(entryAt('{"mcpServers": {"a": {"command": ""}}}', 'json', at)).toBeUndefined();
    expect(entryAt('not json', 'json', { name: 'a', line: 7, column: 3 })).toBeUndefined();
  });
});

const goose = `# mine
GOOSE_MODE: auto
extensions:
  developer: {type: builtin, enabled: true}
  acme:
    # why it is here
    type: streamable_http
    uri: https://acme.example/mcp   # ours
    headers:
      Authorization: Bearer abc
    enabled: true

  other:
    type: stdio
    cmd: 'npx'
    args: [ "-y",   x ]

# the end
`;

describe('entries of clients in YAML', () => {
  it('are written anew, every byte around them stays', () => {
    const entry = find(goose, 'acme', 'yaml', 'acme:');
    expect(entry).toMatchObject({
      http: { url: 'https://acme.example/mcp' },
      headers: { Authorization: 'Bearer abc' },
    });
    const after = edited(goose, 'yaml', entry);
    const [head = '', tail = ''] = after.split(/ {4}# why it is here[^]*?(?=\n\n {2}other:)/);
    expect(goose.startsWith(head) && goose.endsWith(tail)).toBe(true);
    expect(parseYaml(after)).toMatchObject({
      extensions: { acme: { type: 'stdio', cmd: 'demarc', args: ['mcp', '--server', 'acme'], enabled: true } },
    });
    expect(after).toContain('# why it is here');
    expect(after).not.toContain('abc');
  });

  it('in lists, in braces, at the end of the text', () => {
    const text = 'mcpServers:\n  - name: a\n    command: npx\n    env: {K: v}\n  - {name: b, url: "https://b.example"}';
    const after = edited(text, 'yaml', find(text, 'a', 'yaml', 'name: a'), find(text, 'b', 'yaml', '{name: b'));
    expect(parseYaml(after)).toEqual({
      mcpServers: [
        { name: 'a', command: 'demarc', args: ['mcp', '--server', 'a'] },
        { name: 'b', command: 'demarc', args: ['mcp', '--server', 'b'] },
      ],
    });
  });

  it('that share parts with others are left to a person', () => {
    const text = 'extensions:\n  a: &a\n    cmd: x\n  b: *a\n';
    const entry = find(text, 'a', 'yaml', 'a: &a');
    expect(editFile(text, 'yaml', changeOf(entry, 'demarc', ['mcp']))).toBeUndefined();
    expect(linesByHand('yaml', 'a', changeOf(entry, 'demarc', ['mcp']))).toBe('a:\n  cmd: demarc\n  args:\n    - mcp');
  });
});

const codex = `model = "o" # first

[mcp_servers.acme]   # ours
# about the command
command = "npx"
args = [
  "-y", # yes
  "[x]",
]
startup_timeout_sec = 20

[mcp_servers.acme.env]
TOKEN = "abc"

[mcp_servers."far-away"]
url = "https://far.example/mcp"
bearer_token_env_var = "FAR_TOKEN"
[tui]
theme = "dark"
`;

describe('entries of clients in TOML', () => {
  it('lose and get the keys of their table; everything else stays', () => {
    const [acme, far] = [
      find(codex, 'acme', 'toml', '[mcp_servers.acme]'),
      find(codex, 'far-away', 'toml', '[mcp_servers."far'),
    ];
    expect(acme).toMatchObject({ stdio: { command: 'npx', args: ['-y', '[x]'] }, env: { TOKEN: 'abc' } });
    expect(far.headers).toEqual({ Authorization: 'Bearer ${FAR_TOKEN}' });
    const after = edited(codex, 'toml', acme, far);
    expect(parseToml(after)).toEqual({
      model: 'o',
      mcp_servers: {
        acme: { command: 'demarc', args: ['mcp', '--server', 'acme'], startup_timeout_sec: 20 },
        'far-away': { command: 'demarc', args: ['mcp', '--server', 'far-away'] },
      },
      tui: { theme: 'dark' },
    });
    expect(after).toContain('model = "o" # first\n\n[mcp_servers.acme]   # ours\n');
    expect(after).toContain('# about the command');
    expect(after).not.toContain('abc');
  });

  it.each(['\n', '\r\n'])('keep their comments, with lines that end in %j', (eol) => {
    const text = [
      '[mcp_servers.acme]',
      "command = 'npx' # as on the old machine",
      'args = [ # two',
      '  "-y", # yes',
      '  "a#b", \'c # d\', """e',
      '# f"""',
      '] \t# until March',
      'cwd = "/srv" # mounted',
      '',
      '[mcp_servers.acme.env] # hers',
      '',
      'TOKEN = "abc#"',
      '# the other server',
      '[mcp_servers.other]',
      'command = "x"',
      '',
    ].join(eol);
    const after = edited(text, 'toml', find(text, 'acme', 'toml', '[mcp_servers.acme]'));
    expect(after.split(eol)).toEqual([
      '[mcp_servers.acme]',
      'command = "demarc" # as on the old machine',
      'args = [ "mcp", "--server", "acme" ] \t# until March',
      '# two',
      '# yes',
      '# mounted',
      '',
      '# hers',
      '',
      '# the other server',
      '[mcp_servers.other]',
      'command = "x"',
      '',
    ]);
  });

  it.each([
    '[mcp_servers]\nacme = { command = "npx" }\n',
    'mcp_servers.acme.command = "npx"\n',
    '[mcp_servers]\nacme.command = "npx"\n',
  ])('written in another way are left to a person: %j', (text) => {
    const entry = find(text, 'acme', 'toml', text.includes('\nacme') ? 'acme' : 'mcp_servers.acme');
    const change = changeOf(entry, 'demarc', ['mcp']);
    expect(editFile(text, 'toml', change)).toBeUndefined();
    expect(linesByHand('toml', 'acme', change)).toBe('[mcp_servers.acme]\ncommand = "demarc"\nargs = [ "mcp" ]');
  });
});
