import { folderOf } from '../../base/path.ts';
import type { Detected } from './detect.ts';
import type { Draft } from './draft.ts';
import { type OpenRoute, type Reacher, serverOf } from './find/servers.ts';

/** Joins routes to what their handlers reach in other files of the package. Routes that reach nothing give nothing. */
export function linkRoutes(detected: readonly Detected[]): Draft[] {
  const homes = new Homes(detected);
  const settings = detected.flatMap((item) => item.settings ?? []);
  // Several settings (one for each stage) must all let everyone through.
  const djangoOpen = settings.length > 0 && settings.every(({ open }) => open);
  return detected.flatMap(({ routes }) =>
    routes.flatMap((open) => {
      const found = open.calls.flatMap((path) => homes.find(path, open) ?? []);
      if (found.length === 0) return [];
      const complete = open.framework === 'django' ? djangoOpen : open.complete;
      const around = [...open.around, ...found.flatMap((reacher) => reacher.around)];
      const targets = [...new Set(found.flatMap((reacher) => reacher.targets))];
      return [serverOf({ ...open, around, complete }, targets, open.path ?? 'route')];
    }),
  );
}

/** Functions that reach a model or an agent, by name. */
class Homes {
  readonly #byName = new Map<string, { readonly stem: string; readonly reacher: Reacher }[]>();

  constructor(detected: readonly Detected[]) {
    for (const { file, reachers } of detected) {
      const stem = file.replace(/\.[a-z]+$/, '').replace(/\/(?:index|__init__)$/, '');
      for (const [name, reacher] of reachers) {
        const list = this.#byName.get(name) ?? [];
        this.#byName.set(name, list);
        list.push({ stem, reacher });
      }
    }
  }

  /**
   * What a canonical path names: `./chat.service.ChatService().ask`, `app.views.chat`, `.views.chat`, and in Go `~ask` for
   * a function of the same package.
   */
  find(path: string, { file, framework }: OpenRoute): Reacher | undefined {
    if (framework === 'go' && /^~\w{1,200}$/.test(path))
      return this.#byName.get(path.slice(1))?.find(({ stem }) => folderOf(stem) === folderOf(file))?.reacher;
    const parts = /^(.+?)[.](?:(\w{1,200})(?:\(\))?[.])?(\w{1,200})$/.exec(path.replace(/^~/, ''));
    if (parts === null) return undefined;
    const [, module = '', owner, name = ''] = parts;
    return (
      (owner === undefined ? undefined : this.#in(module, `${owner}.${name}`)) ??
      this.#in(owner === undefined ? module : `${module}.${owner}`, name)
    );
  }

  #in(module: string, name: string): Reacher | undefined {
    const tails = [module, module.replaceAll('.', '/')].map((text) => text.replace(/^[./~@]+/, ''));
    return this.#byName
      .get(name)
      ?.find(({ stem }) => tails.some((tail) => tail !== '' && (stem === tail || stem.endsWith(`/${tail}`))))?.reacher;
  }
}
