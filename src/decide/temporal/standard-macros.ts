/**
 * Macros that every policy may call: the ones of Dogwood's standard library, by its names and parameters
 * (github.com/dogwood-policy/dogwood, `dogwood-docs/guide/06-macros.md`, read 2026-11-28).
 */
export const standardMacros = `
// Events of the last ?w that are ?what.
def temporal count_within(?w, ?what) {
  count for ($at: Timepoint). where (formerly within ?w (?what && tp($at)))
};

// The sum of ?value over the events of the last ?w that are ?what.
def temporal sum_within(?value, ?w, ?what) {
  sum ?value for (?value: Long), ($at: Timepoint). where (formerly within ?w (?what && tp($at)))
};

// Different values of ?key in the events of the last ?w that are ?what.
def temporal count_distinct_within(?key, ?w, ?what) {
  count for (?key: Any). where (formerly within ?w ?what)
};

// ?result with a name, and what has to hold of it.
def temporal bind(?name, ?result, ?holds) {
  exists (?name: Long). (?result == ?name && ?holds)
};
`;
