import type { ControlState } from '../../../model/assessment.ts';
import type { Party } from '../../../model/catalogue.ts';
import type { Severity } from '../../../model/rule.ts';

/** What a box is, in the order it is drawn from top to bottom. */
export const ranks = ['entry', 'agents', 'models', 'tools', 'data', 'ground'] as const;
export type Rank = (typeof ranks)[number];

/** A box: one resource, several of one kind, or a provider. */
export interface Box {
  readonly id: string;
  readonly band: number;
  readonly rank: Rank;
  /** Small capitals above the name: `AGENT`, `DATA`. */
  readonly kind: string;
  readonly name: string;
  /** Type, service or company. */
  readonly detail: string;
  readonly count: number;
  readonly tone: Severity | ControlState | 'none';
  /** What is known of it, one short line. */
  readonly status: string;
  /** Everything, one line each. */
  readonly title: readonly string[];
  /** Fragment of what it links to. */
  readonly href: string | undefined;
}

/** A connection between two boxes. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** `runs` leads to the provider that stands behind; `contains` only says where something stands. */
  readonly kind: 'use' | 'runs' | 'contains';
}

/** One side of a boundary, nearest to you first. */
export interface Band {
  readonly parties: readonly Party[];
  /** `Your side`, `Platform: Amazon Web Services`. */
  readonly name: string;
  /** Who stands here, in words; empty for your side. */
  readonly who: string;
}

export interface Picture {
  readonly bands: readonly Band[];
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
}
