//! Files and description that a job brings to its jail.
//!
//! A fresh interpreter finds its description in a file; a worker that waits is handed it. The compiled tests of an earlier
//! run go by hand only, because a suite could read the file.

use serde_json::{Value, json};

use crate::backend::Part;
use crate::guest::scripts::{COLD, laid_out};
use crate::linux::boundary::paths::{SOURCES, WORK};
use crate::linux::boundary::plan::{Delivery, Entry, Plan, Program};
use crate::linux::inside::walls::guard;
use crate::linux::runs::order::Order;
use crate::linux::stage::Stage;
use crate::packaging;
use crate::toolchain::python::Toolchain;
use record::domain::role::Role;
use record::domain::source::SourceFile;

/// A part of a suite as the harness hears of it.
fn told(part: &Part) -> Value {
    json!({
        "chosen": part.chosen,
        "options": part.options,
        "roots": part.roots,
        "measured": part.measured,
        "promised": part.promised,
    })
}

/// The description of a job, and its files.
pub(crate) struct Package {
    /// For a fresh interpreter, which has it in a file that the suite can read.
    description: Vec<u8>,
    /// For a box that waits, whose suite is not told what its harness knows from an earlier run.
    told: Vec<u8>,
    sources: Vec<SourceFile>,
    /// The filter of the suite's own process; a worker that finds it empty runs nothing.
    guard: Vec<u8>,
    /// The program that runs instead of an interpreter, which then gets none of the above but the files.
    program: Option<Program>,
    /// Whether its files may be written beside and over.
    is_writable: bool,
    /// The interpreter of its jail, for which the guest's files are compiled.
    toolchain: Toolchain,
}

impl Package {
    /// Packs an order; a replay gets no tests: nothing in its box says what is expected.
    pub(crate) fn of(
        toolchain: &Toolchain,
        order: &Order<'_>,
        plan: &Plan,
        program: Option<Program>,
    ) -> Self {
        let stage = order.stage;
        let is_shown = |file: &&SourceFile| stage != Stage::Replay || file.role != Role::Test;
        let mut sources: Vec<SourceFile> =
            order.job.source.files().iter().filter(is_shown).cloned().collect();
        let paths = |role| -> Vec<&str> {
            let of_role = sources.iter().filter(|file| file.role == role);
            of_role.map(|file| file.path.as_str()).collect()
        };
        let mut code = paths(Role::Code);
        if stage == Stage::Lint && order.job.part.is_some() {
            code = order.job.linted().map(|file| file.path.as_str()).collect();
        }
        let mut description = json!({
            "src": SOURCES,
            "work": WORK,
            "code": code,
            "part": order.job.part.as_ref().map(told),
            "tests": paths(Role::Test),
            "support": paths(Role::Support),
            "tests_ms": plan.limits.tests_ms,
            "seed": order.word(),
            "calls": order.calls,
            "linter": order.linter,
            "lines_by_test": order.job.lines_by_test,
            "memory_bytes": plan.limits.memory_bytes,
            "question": order.question,
            "layer": order.job.layer.as_ref().map(|layer| &layer.folder),
        });
        if order.job.part.is_none() {
            // They lie there as in any installed project, and are nobody's code or tests.
            sources.extend(packaging::stand_ins(order.job.source.files()));
        }
        let in_file = description.to_string().into_bytes();
        if stage == Stage::Tests {
            description["known"] = json!(order.known);
            description["reversed"] = json!(order.is_reversed);
        }
        let guard = guard::encoded().unwrap_or_default();
        let told = description.to_string().into_bytes();
        // One module with its tests has nothing beside it that a test could want to write.
        let is_project =
            |file: &SourceFile| file.role == Role::Support || file.path.as_str().contains('/');
        let is_writable = stage == Stage::Tests && order.job.source.files().iter().any(is_project);
        let toolchain = toolchain.clone();
        Self { description: in_file, told, sources, guard, program, is_writable, toolchain }
    }

    fn source_entries(&self) -> Vec<Entry> {
        let entry =
            |file: &SourceFile| Entry { path: file.path.to_string(), bytes: file.content.len() };
        self.sources.iter().map(entry).collect()
    }

    /// The plan of a fresh interpreter for this package.
    pub(crate) fn plan(&self, plan: Plan) -> Plan {
        if self.program.is_some() {
            return Plan { sources: self.source_entries(), ..plan };
        }
        let entry = |path: &str, bytes: usize| Entry { path: path.to_owned(), bytes };
        let scripts = laid_out(COLD).map(|script| entry(script.name, script.text.len()));
        let compiled = self.toolchain.compiled().iter();
        let compiled = compiled.map(|(path, bytes)| entry(path, bytes.len()));
        let job = [entry(guard::FILE, self.guard.len()), entry("job.json", self.description.len())];
        let guest = scripts.chain(compiled).chain(job).collect();
        let (sources, is_writable) = (self.source_entries(), self.is_writable);
        Plan { sources, is_writable, guest, ..plan }
    }

    /// The contents that go with that plan, in its order.
    pub(crate) fn cold(&self) -> Vec<&[u8]> {
        if self.program.is_some() {
            return self.contents().collect();
        }
        let scripts = laid_out(COLD).map(|script| script.text.as_bytes());
        let compiled = self.toolchain.compiled().iter().map(|(_, bytes)| bytes.as_slice());
        let job = [self.guard.as_slice(), self.description.as_slice()];
        scripts.chain(compiled).chain(job).chain(self.contents()).collect()
    }

    /// Gives what a box that waits is told, and its contents.
    pub(crate) fn warm(&self) -> (Delivery, Vec<&[u8]>) {
        let (program, sources) = (self.program.clone(), self.source_entries());
        let (description, is_writable) = (self.told.len(), self.is_writable);
        let delivery = Delivery { program, description, sources, is_writable };
        (delivery, [self.told.as_slice()].into_iter().chain(self.contents()).collect())
    }

    fn contents(&self) -> impl Iterator<Item = &[u8]> {
        self.sources.iter().map(|file| file.content.as_slice())
    }
}
