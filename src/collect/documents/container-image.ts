import { Interpolated, newProperties, type Properties, Unknown, type Value } from '../../model/value.ts';

/** An image reference taken apart. `repository` holds registry and path without tag and digest. */
export interface ImageReference {
  readonly repository: string;
  /** Undefined when none is written: the runtime then pulls `latest`. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/**
 * Takes an image reference apart: `[registry[:port]/]path[:tag][@digest]`.
 * Grammar: https://pkg.go.dev/github.com/distribution/reference
 */
export function parseImage(text: string): ImageReference {
  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const colon = named.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  const hasTag = colon > named.lastIndexOf('/');
  return {
    repository: (hasTag ? named.slice(0, colon) : named).toLowerCase(),
    tag: hasTag ? named.slice(colon + 1) : undefined,
    digest,
  };
}

/** Whether the repository is `suffix` or ends in it at a path boundary: `nvcr.io/nvidia/tritonserver`, `tritonserver`. */
export function hasImagePath(repository: string, suffix: string): boolean {
  return repository === suffix || repository.endsWith(`/${suffix}`);
}

/**
 * An image value as properties `{reference, repository, tag, digest}`; what is not written is absent. Of a partly known
 * reference the repository is kept where the unknown part is the tag.
 */
export function imageProperties(image: Value | undefined): Properties | undefined {
  if (image === undefined || image === null) return undefined;
  const result = newProperties();
  result['reference'] = image;
  if (typeof image === 'string') {
    const { repository, tag, digest } = parseImage(image);
    result['repository'] = repository;
    if (tag !== undefined) result['tag'] = tag;
    if (digest !== undefined) result['digest'] = digest;
    return result;
  }
  const [first, second] = image instanceof Interpolated ? image.parts : [];
  const reason = new Unknown('the image is known only after substitution');
  const stem = typeof first === 'string' ? first : '';
  const cut = stem.indexOf('@') === -1 ? stem.lastIndexOf(':') : stem.indexOf('@');
  if (cut > stem.lastIndexOf('/') && second !== undefined) {
    result['repository'] = parseImage(stem.slice(0, cut)).repository;
    result[stem[cut] === '@' ? 'digest' : 'tag'] = reason;
    if (stem[cut] === ':') result['digest'] = reason;
  } else {
    for (const key of ['repository', 'tag', 'digest']) result[key] = reason;
  }
  return result;
}
