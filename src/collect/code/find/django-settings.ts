import type { Expr } from '../ir.ts';
import type { Program } from '../program.ts';

/** Who a Django project lets in before a view is reached. */
export interface DjangoSettings {
  /** Every middleware is one that lets everyone through: a view without a check of its own is open. */
  readonly open: boolean;
}

/**
 * Middleware of Django itself and of common packages that refuses nobody for lack of a login.
 * https://docs.djangoproject.com/en/5.2/ref/middleware/ (read 2026-11-28)
 */
const harmless =
  /^(?:django\.middleware\.(?:security\.SecurityMiddleware|common\.(?:CommonMiddleware|BrokenLinkEmailsMiddleware)|csrf\.CsrfViewMiddleware|clickjacking\.XFrameOptionsMiddleware|gzip\.GZipMiddleware|http\.ConditionalGetMiddleware|locale\.LocaleMiddleware|cache\.(?:UpdateCache|FetchFromCache)Middleware|csp\.ContentSecurityPolicyMiddleware)|django\.contrib\.(?:sessions\.middleware\.SessionMiddleware|auth\.middleware\.AuthenticationMiddleware|messages\.middleware\.MessageMiddleware|sites\.middleware\.CurrentSiteMiddleware|flatpages\.middleware\.FlatpageFallbackMiddleware|redirects\.middleware\.RedirectFallbackMiddleware)|whitenoise\.middleware\.WhiteNoiseMiddleware|corsheaders\.middleware\.CorsMiddleware|debug_toolbar\.middleware\.DebugToolbarMiddleware)$/;

/** Reads `MIDDLEWARE` and `REST_FRAMEWORK` of a settings module; undefined where neither stands. */
export function djangoSettings(program: Program): DjangoSettings | undefined {
  if (program.module.language !== 'python') return undefined;
  const values = new Map<string, Expr>();
  for (const step of program.module.steps)
    if (step.kind === 'bind' && step.target.kind === 'name') values.set(step.target.name, step.value);
  const middleware = values.get('MIDDLEWARE');
  if (middleware === undefined) return undefined;
  const known =
    middleware.kind === 'list' &&
    middleware.items.every((item) => item.kind === 'text' && harmless.test(item.value)) &&
    program.calls.every(({ path }) => !path.startsWith('~MIDDLEWARE.'));
  // The framework's own permissions (DEFAULT_PERMISSION_CLASSES) are read with the views that are its own; here they decide.
  return { open: known && !values.has('REST_FRAMEWORK') };
}
