import { folderOf, joinInside, nameOf } from '../../../base/path.ts';
import type { Source } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import { parseJson } from '../../documents/json.ts';
import { Interpolated, type Value } from '../../../model/value.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';

/** Whether a path lies in an asset of a synthesised CDK application (`cdk.out/asset.<hash>/…`): bundled code. */
export function isCdkAsset(path: string): boolean {
  return /(?:^|\/)asset\.[0-9a-f]{16,128}(?:\/|\.|$)/.test(path) && !path.endsWith('.template.json');
}

/** Whether a path is the settings file of a CDK application. */
export function isCdkSettings(path: string): boolean {
  return nameOf(path) === 'cdk.json';
}

/**
 * A gap for a CDK application that was not synthesised: what it deploys is decided by running it.
 *
 * @param text content of `cdk.json`
 */
export function unsynthesised(text: string, path: string, source: Source): Gap[] {
  const { root } = parseJson(text, path);
  const app = child(root, 'app');
  if (app === undefined) return [];
  const output = joinInside(folderOf(path), stringOf(child(root, 'output')) ?? 'cdk.out');
  if (output !== undefined && source.folder(output).some((file) => file.endsWith('.template.json'))) return [];
  const reason = 'CDK application without synthesised output: run cdk synth';
  return [{ kind: 'unsupported', reason, location: { file: path, line: app.line, column: app.column } }];
}

/** The construct path that CDK notes in a resource's metadata, without the level that only wraps the resource. */
export function constructPath(resource: DocNode): string | undefined {
  const path = stringOf(child(child(resource, 'Metadata'), 'aws:cdk:path'));
  return path?.replace(/\/(?:Resource|Default)$/, '');
}

/**
 * The template file of a nested stack in a synthesised application, relative to the parent's folder: noted in the
 * resource's metadata, or found by the key of its upload in the asset manifests (`*.assets.json`) of the folder.
 *
 * @param url the evaluated `TemplateURL`; its known parts are looked at
 */
export function assetTemplate(
  resource: DocNode,
  url: Value | undefined,
  folder: string,
  source: Source,
): string | undefined {
  const metadata = child(resource, 'Metadata');
  const noted = stringOf(child(metadata, 'aws:asset:path'));
  if (noted !== undefined && stringOf(child(metadata, 'aws:asset:property')) === 'TemplateURL') return noted;
  const known = url instanceof Interpolated ? url.parts.filter((part) => typeof part === 'string').join('') : url;
  const key = typeof known === 'string' ? /([0-9a-f]{64})\.json$/.exec(known)?.[1] : undefined;
  if (key === undefined) return undefined;
  for (const path of source.folder(folder)) {
    if (!path.endsWith('.assets.json')) continue;
    const { root } = parseJson(source.text(path), path);
    const asset = child(child(child(child(root, 'files'), key), 'source'), 'path');
    if (asset !== undefined) return stringOf(asset);
  }
  return undefined;
}
