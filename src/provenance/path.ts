/** Ends of names that say what is in a file, not which one it is. */
export const fileEnding = /\.[\p{L}\p{N}]{1,5}$/u;

/**
 * What of a path stands behind the deepest folder that is known. Who named the folder may have a file made in it; which file,
 * the rest tells. @returns undefined when it is no path, or none of its folders is known
 */
export function restOfPath(value: string, isKnown: (folder: string) => boolean): string | undefined {
  if (value.length > 1024 || /[\n\0]|:\/\//.test(value) || !/[/\\]/.test(value)) return undefined;
  const steps = value.split(/[/\\]/);
  // A path that goes up ends elsewhere than its folders say: only its name counts.
  if (steps.some((step) => /^(?:\.|%2e)+$/i.test(step))) return steps.at(-1)?.replace(fileEnding, '');
  for (let count = steps.length - 1; count > 0; count--) {
    const folder = value.slice(0, steps.slice(0, count).join('/').length);
    if (!/[\p{L}\p{N}]/u.test(folder)) return undefined;
    if (isKnown(folder)) return value.slice(folder.length + 1).replace(fileEnding, '');
  }
  return undefined;
}
