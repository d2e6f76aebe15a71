//! Weights of the operators: how often their edits repaired something.
//!
//! They are priors, fitted as `docs/design/repair.md` tells; each carries the sentence that explains the operator to a person.

/// An operator of the search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight {
    /// Its word in suggestions.
    pub(super) operator: &'static str,
    /// Share of its edits that repaired something, per thousand.
    pub(super) per_mille: f64,
    /// What it does, for a person.
    pub(super) does: &'static str,
}

/// All operators.
///
/// The figures started as the yields per thousand edits that a prototype measured on one half of `HumanEvalFix` and `QuixBugs`,
/// smoothed; they were moved by hand on that same half until the reference came early, and then fitted to it and to 220 other
/// programs together, not far from where they were (`docs/design/repair.md`). They are priors, not promises.
pub(super) const WEIGHTS: &[Weight] = &[
    of("bool_flip_all", 79.0, "turns every truth value of the function round"),
    of("case_all", 67.0, "changes the case of the strings"),
    of("bool_op", 83.0, "joins the conditions otherwise"),
    of("bool_flip", 20.0, "turns a truth value round"),
    of("drop_chain", 23.0, "drops operands"),
    of("swap_elements", 26.0, "swaps two elements"),
    of("swap_arguments", 22.0, "swaps two arguments"),
    of("negate", 8.2, "negates a condition"),
    of("regroup", 10.0, "groups the operands otherwise"),
    of("drop_operand", 13.0, "drops an operand"),
    of("drop_call", 6.2, "drops a call"),
    of("drop_argument", 4.6, "drops an argument"),
    of("drop_not", 9.9, "drops a negation"),
    of("drop_condition", 5.5, "drops a condition"),
    of("swap_operands", 8.5, "swaps the operands"),
    of("range", 17.0, "changes what a range covers"),
    of("compare", 39.0, "compares otherwise"),
    of("const_start", 48.0, "starts from another value"),
    of("const_near", 14.0, "changes a number"),
    of("const_far", 1.1, "changes a number"),
    of("const_none", 0.3, "changes a value"),
    of("const_str", 3.4, "changes a string"),
    of("case", 5.6, "changes the case of a string"),
    of("const_word", 1.5, "changes a string to a word of the description"),
    of("variable", 11.0, "uses another variable"),
    of("swap_names", 2.0, "exchanges two variables"),
    of("target", 5.3, "assigns another variable"),
    of("donor", 0.37, "uses an expression from elsewhere in the file"),
    of("call", 23.0, "calls a related function"),
    of("method", 47.0, "calls a related method"),
    of("arithmetic", 6.5, "changes the calculation"),
    of("augmented", 7.9, "accumulates otherwise"),
    of("accumulate", 5.2, "accumulates where it assigned, or the reverse"),
    of("off_by_one", 7.8, "moves an index or a bound by one"),
    of("plus_one", 3.5, "moves a value by one"),
    of("slice", 3.9, "takes another part of a sequence"),
    of("wrap", 1.6, "puts a call around a value"),
    of("wrap_set", 3.8, "drops duplicates"),
    of("wrap_sort", 5.5, "sorts"),
    of("sort_key", 8.4, "sorts by another key"),
    of("sort_reverse", 4.0, "sorts the other way round"),
    of("scale", 1.5, "scales a value"),
    of("bound", 3.6, "takes the larger or the smaller of two values"),
    of("encode", 2.8, "turns text into bytes or back"),
    of("return_name", 4.0, "returns another variable"),
    of("return_wrap", 1.2, "returns the value changed"),
    of("return_test", 3.3, "returns a test of a variable"),
    of("unstring", 11.0, "uses the variable, not its name in quotes"),
    of("move_out", 3.5, "moves a statement out of its block"),
    of("move_in", 1.8, "moves a statement into the block before it"),
    of("swap_statements", 3.2, "swaps two statements"),
    of("remove_statement", 2.8, "removes a statement"),
    of("return_now", 0.8, "returns a value at once"),
    of("copy_statement", 0.38, "repeats a statement from elsewhere"),
    of("insert_step", 0.99, "counts up or down"),
    of("insert_append", 0.78, "appends a value"),
    of("insert_else", 2.2, "does something in the other case too"),
    of("insert_jump", 0.62, "leaves the loop or the function"),
    of("remove_jump", 4.0, "no longer leaves the loop or the function"),
    of("default", 1.4, "takes another default"),
    of("get_default", 2.9, "looks up with a default"),
    of("filter", 0.83, "filters otherwise"),
    of("narrow", 1.0, "asks for something in the other case"),
    of("bounded", 1.1, "bounds a value on the other side too"),
    of("together", 8.1, "assigns two values at once"),
    of("add_condition", 0.28, "asks for one thing more"),
    of("recursion", 1.9, "changes the argument of a recursive call"),
    of("operand", 0.3, "takes another value into account"),
    of("add_argument", 0.48, "passes one thing more"),
    of("add_method", 0.46, "calls a method of a value"),
    of("element", 0.93, "takes one element"),
    of("bound_of", 1.5, "takes another part of a sequence"),
    of("effect", 6.0, "does something with a value that was only named"),
    of("field", 4.0, "reads or sets another attribute"),
    of("insert_assignment", 0.21, "remembers a value"),
    of("insert_sum", 0.3, "sums up a value"),
    of("insert_call", 0.24, "calls a function of the file"),
    of("insert_item", 0.33, "sets an item"),
    of("insert_order", 0.44, "puts a list in order"),
    of("copy", 3.6, "copies what was shared"),
    of("ask", 0.12, "does something under a condition only"),
    of("answer", 0.022, "answers a case at once"),
];

/// Gives the weight of an operator, per thousand; nothing for a word that is none.
pub(super) fn weight(operator: &str) -> Option<&'static Weight> {
    WEIGHTS.iter().find(|weight| weight.operator == operator)
}

const fn of(operator: &'static str, per_mille: f64, does: &'static str) -> Weight {
    Weight { operator, per_mille, does }
}
