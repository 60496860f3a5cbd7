const compiled = new Map<string, RegExp>();

/**
 * Whether a relative path matches a glob: `*` within one folder, `**` over folders, `?` one character. A glob without a
 * slash matches the name at any depth; one that ends in `/` or names a folder matches everything below it.
 */
export function matchesGlob(glob: string, path: string): boolean {
  let expression = compiled.get(glob);
  if (expression === undefined) {
    expression = toExpression(glob);
    compiled.set(glob, expression);
  }
  return expression.test(path);
}

function toExpression(glob: string): RegExp {
  const anchored = glob.startsWith('/') || glob.slice(0, -1).includes('/');
  const body = glob
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (token) =>
      token === '**/' ? '(?:[^/]+/){0,64}' : token === '**' ? '.*' : token === '*' ? '[^/]*' : '[^/]',
    );
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}(?:/.*)?$`);
}
