/** Packages of the cache folder, which is not above this file. Needs `--experimental-import-meta-resolve`. */
import { pathToFileURL } from 'node:url';

/** @param {string} specifier of a package that is installed in the folder DEMARC_MCP_CLIENTS names */
export function fromCache(specifier) {
  return import(import.meta.resolve(specifier, pathToFileURL(`${process.env.DEMARC_MCP_CLIENTS}/`).href));
}
