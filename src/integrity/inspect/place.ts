/** What is known of the place a text has in a definition. */
export interface Place {
  /** It says what an argument is, or what it is unless another is given: what it names is asked for. */
  readonly isArgument: boolean;
  /** It is a name: its words are read, and hardly anything else stands beside them. */
  readonly isName: boolean;
  /** It begins with what the tool does, in the imperative as often as not: `Send a message to an address.` */
  readonly isDescription: boolean;
  /** It is a value of a schema: of an enumeration, a default, a sample. */
  readonly isValue: boolean;
  /** It is a sample of what the tool is given or gives. */
  readonly isExample: boolean;
  /** The definition is of something that looks for attacks, and has to quote them. */
  readonly isLesson: boolean;
  /** The definition is of something that works on conversations or models. */
  readonly isTalk: boolean;
  /** What the definition is called and what its description begins with, folded: the tool's own business. */
  readonly topic: string;
  /** What the definition's own arguments are called, folded. */
  readonly parameters: ReadonlySet<string>;
}

/** Of a text that stands for itself. */
export const nowhere: Place = {
  isArgument: false,
  isName: false,
  isDescription: false,
  isValue: false,
  isExample: false,
  isLesson: false,
  isTalk: false,
  topic: '',
  parameters: new Set(),
};
