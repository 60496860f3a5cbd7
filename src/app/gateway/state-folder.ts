import { join, resolve } from 'node:path';
import type { Environment, Files } from '../../base/ports.ts';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import { userStateFolder } from '../user-folders.ts';

/** Names the state folder of the gateway, where it is not the default. */
export const stateVariable = 'DEMARC_GATEWAY_STATE';

/**
 * The state folder of the gateway of this machine: the one that was named, or `demarc/gateway` in the user's state folder (XDG
 * Base Directory Specification). A gateway and the commands that reach into it have to name the same one.
 */
export function gatewayStateFolder(environment: Environment, named: string | undefined): string {
  const { variables, workingDirectory } = environment;
  const folder = named ?? variables[stateVariable];
  if (folder !== undefined && folder !== '') return resolve(workingDirectory, folder);
  return join(userStateFolder(environment), 'demarc', 'gateway');
}

/** The state folder of the gateway of a configuration, which names it relative to the folder it lies in, if at all. */
export function stateFolderOf(
  environment: Environment,
  { settings: { state }, folder }: { readonly settings: Pick<GatewaySettings, 'state'>; readonly folder: string },
): string {
  return gatewayStateFolder(environment, state === undefined ? undefined : resolve(folder, state));
}

/** The labels of the runs of a gateway, in its state folder: every gateway makes the file before it listens. */
export function runLabelsIn(stateFolder: string): string {
  return join(stateFolder, 'run-labels.jsonl');
}

/** Whether a gateway keeps its state in a folder, or did. */
export function isGatewayState(files: Pick<Files, 'kind'>, folder: string): boolean {
  try {
    return files.kind(runLabelsIn(folder)) === 'file';
  } catch {
    return false;
  }
}

/** The folder of kills in a state folder. */
export function killFolderIn(stateFolder: string): string {
  return join(stateFolder, 'kill');
}

/** The file of what is revoked in a state folder, and the folder of orders to revoke more. */
export function revocationPlaces(stateFolder: string): { readonly file: string; readonly orders: string } {
  return { file: join(stateFolder, 'revoked.jsonl'), orders: join(stateFolder, 'revoke') };
}
