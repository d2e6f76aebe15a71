//! Code whose functions give their tests other results than they have.
//!
//! A suite may need its subject and yet not look at what it gives: where a test holds a result against the result itself,
//! asks only for its type, or compares nothing at all, it passes with any other value too. A definition is named where a
//! result of it was changed and every test that has to do with it passed all the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::evidence::expectations::Body;
use crate::evidence::plan::ControlPlan;
use crate::evidence::ran::Ran;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

/// What is laid behind each code file.
const SPOILER: &str = include_str!("../guest/controls/spoilt.py");
/// Added to the line of a function for the line of the code that changes what it gives.
const OFFSET: u32 = 1 << 20;

/// The run of a suite on such code.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Spoilt {
    pub(crate) ran: Ran,
    /// Types that were seen to be given, by file and line.
    pub(crate) types: BTreeMap<String, BTreeMap<u32, String>>,
}

/// The files with other results, or such as are nearly right; nothing where no result could be asked for.
pub(crate) fn source(
    plan: &ControlPlan,
    real: &Ran,
    source: &Source,
    is_near: bool,
) -> Option<Source> {
    askable(plan, real).next()?;
    let paths: Vec<&str> = source.of_role(Role::Code).map(|file| file.path.as_str()).collect();
    let spoilt = |file: &SourceFile| {
        let path = file.path.as_str();
        let mut content = file.content.clone();
        if file.role == Role::Code && file.path.module().is_some() {
            let given = json!({"path": path, "paths": paths, "offset": OFFSET, "is_near": u8::from(is_near)});
            let text = json!(format!("{SPOILER}\nspoil(subject, path, paths, offset, is_near)\n"));
            let here = "(lambda: 0).__code__.co_filename";
            let line = format!(
                "\nexec(compile({text}, {here}, 'exec'), {{**{given}, '__name__': __name__, 'subject': globals()}})\n"
            );
            content.extend_from_slice(line.as_bytes());
        }
        SourceFile { content, ..file.clone() }
    };
    Source::new(source.files().iter().map(spoilt).collect()).ok()
}

/// The tests of each definition that gave a value of a builtin type: when one of each has failed, nothing is left to see.
pub(crate) fn groups(plan: &ControlPlan, real: &Ran) -> Vec<BTreeSet<String>> {
    askable(plan, real).map(|body| tests(plan, real, body).map(str::to_owned).collect()).collect()
}

/// Definitions that gave something else, which none of the tests that have to do with them noticed.
pub(crate) fn unchecked<'a>(
    plan: &'a ControlPlan,
    real: &'a Ran,
    spoilt: &'a Spoilt,
) -> impl Iterator<Item = &'a str> {
    let was_changed = |body: &&Body| {
        let seen = spoilt.types.get(&body.path);
        seen.is_some_and(|lines| lines.contains_key(&(OFFSET + body.line)))
    };
    let unwritten = plan.unwritten(real);
    let passes = move |body: &&Body| {
        let rooms: BTreeSet<&str> = tests(plan, real, body).map(room).collect();
        let beside = unwritten.iter().copied().filter(|test| rooms.contains(room(test)));
        tests(plan, real, body).chain(beside).all(|test| spoilt.ran.holds(test))
    };
    askable(plan, real).filter(was_changed).filter(passes).map(|body| body.name.as_str())
}

/// Plain functions and methods that passed tests name and that gave a value of a builtin type, a flow of values, or
/// nothing but what they may have put into what they were passed.
fn askable<'a>(plan: &'a ControlPlan, real: &'a Ran) -> impl Iterator<Item = &'a Body> {
    let gives = |body: &&Body| {
        let kind = plan.types.get(&body.path).and_then(|lines| lines.get(&body.line));
        kind.map_or(body.plain && body.fills, |kind| body.plain || kind == "generator")
    };
    let is_named = |body: &&Body| tests(plan, real, body).next().is_some();
    plan.bodies.iter().filter(gives).filter(is_named)
}

/// The class or the file that a test stands in.
fn room(test: &str) -> &str {
    test.rsplit_once("::").map_or(test, |(room, _)| room)
}

/// The passed tests that name a definition in any way.
fn tests<'a>(
    plan: &'a ControlPlan,
    real: &'a Ran,
    body: &'a Body,
) -> impl Iterator<Item = &'a str> {
    let named = plan.claims.get(&body.name).into_iter().flat_map(|claim| &claim.named);
    named.chain(&body.tests).map(String::as_str).filter(|test| real.holds(test))
}
