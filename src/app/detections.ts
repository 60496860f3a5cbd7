import { readSigmaDocument, type SigmaDocument } from '../detect/sigma/sigma-rule.ts';
import { readData } from './data.ts';

/** The detections that ship with the product (`detections/`), ready to run. */
export function loadDetections(): SigmaDocument[] {
  return (readData('detections.json') as readonly unknown[]).flatMap((document) => readSigmaDocument(document) ?? []);
}
