import type { Schemas } from '../../../../model/schema.ts';
import type { Scalar } from '../../../../model/value.ts';

/** One step of a target path: a property name, a list index, or `[]`, which spreads a list over its items. */
export type Step = string | number;

/** Where the value of one Terraform attribute goes. */
export interface Target {
  /** Steps from the canonical place of the enclosing block (from the resource's body when `fromRoot`); empty drops it. */
  readonly path: readonly Step[];
  readonly fromRoot?: boolean;
  /** Replaces scalars by their text: `{ "true": "Disabled", "false": "Enabled" }`. */
  readonly values?: Readonly<Record<string, Scalar>>;
  /** `keys`: a list of strings becomes the keys of a map. */
  readonly as?: 'keys';
  /** Further properties that hold whenever the attribute is set: from the resource's body, or after `.` beside it. */
  readonly set?: readonly (readonly [readonly Step[], Scalar])[];
}

/** Exceptions along a Terraform block tree. What is not named is mapped by name. */
export interface MapNode {
  readonly to?: Target;
  readonly children?: Readonly<Record<string, MapNode>>;
}

/** How one Terraform resource type becomes a canonical one. */
export interface TypeMapping {
  readonly type: string;
  readonly map?: MapNode;
  /** Where in the canonical body the Terraform attributes start; `ActionGroups[0]` for an element of the parent. */
  readonly at?: readonly Step[];
  /** Constants in the body. */
  readonly set?: readonly (readonly [readonly Step[], Scalar])[];
  /** The attribute that names the resource this one is a part of. */
  readonly mergeInto?: { readonly via: string; readonly by?: string };
  /** Lists whose items take one value each where Terraform's blocks take several (see spread.ts). */
  readonly spread?: readonly string[];
  /** The attribute that names the parent; kept as `parent`. */
  readonly parent?: string;
  /** Another mapping by the literal value of an attribute. */
  readonly select?: { readonly attribute: string; readonly cases: Readonly<Record<string, TypeMapping>> };
}

/** The compiled mapping of all Terraform dialects (`dialect-terraform.json`); JSON throughout. */
export interface DialectTable {
  readonly mappings: Readonly<Record<string, TypeMapping>>;
  /** `awscc_…` without underscores after the prefix, to the CloudFormation type. */
  readonly awscc: Readonly<Record<string, string>>;
  /** Lower-case ARM type to its published spelling. */
  readonly arm: Readonly<Record<string, string>>;
  /** Canonical schemas by type. May be stored elsewhere and put back when the table is loaded. */
  readonly schemas: Schemas;
}
