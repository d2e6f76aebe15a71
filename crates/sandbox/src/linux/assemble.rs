//! Puts what two jails showed together as evidence.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::backend::Job;
use crate::evidence::controls::{Ran, judge};
use crate::evidence::coverage::coverage_of;
use crate::evidence::ending::{Outside, Stop, integrity, termination};
use crate::evidence::tests::tests_of;
use crate::evidence::transcript::Transcript;
use crate::frame::{Exit, Origin};
use crate::guest::scripts::harness_digest;
use crate::linux::controls::Drill;
use crate::linux::linting::Linted;
use crate::linux::run::Ended;
use crate::linux::supervise::{Cause, Message};
use crate::toolchain::python::Toolchain;
use record::domain::controls::Controls;
use record::domain::environment::{Environment, Guarantees};
use record::domain::evidence::{
    Evidence, Finding, Integrity, IntegrityState, LintIssue, Output, Stability, Timings,
};
use record::domain::source::Role;

/// Times of the whole request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lap {
    pub(crate) queue: Duration,
    pub(crate) first: Duration,
    pub(crate) controls: Duration,
    pub(crate) total: Duration,
}

/// What evidence is made of.
pub(crate) struct Parts<'a> {
    pub(crate) job: &'a Job,
    pub(crate) toolchain: &'a Toolchain,
    pub(crate) guarantees: Guarantees,
    pub(crate) tests: &'a Ended,
    pub(crate) lint: &'a Linted,
    /// What the controls showed; absent where the suite did not pass by itself.
    pub(crate) drill: Option<&'a Drill>,
    pub(crate) lap: Lap,
}

/// The evidence of one execution.
pub(crate) fn assemble(parts: &Parts<'_>) -> Evidence {
    let transcript = Transcript::read(frames(&parts.tests.observed.messages));
    let outside = outside(parts.tests);
    let tests = tests_of(&transcript);
    let termination = termination(&transcript, &outside);
    let code: Vec<String> =
        parts.job.source.of_role(Role::Code).map(|file| file.path.to_string()).collect();
    let mut lint = parts.lint.lint.clone();
    lint.critical = parts.job.policy.finds_critical(&lint);
    place(&mut lint.issues, &code);
    let mut integrity = integrity(&transcript, &outside, tests.missing.len());
    let controls = add_controls(parts.drill, &Ran::of(&transcript, &outside), &mut integrity);
    if let Some(failure) = &parts.tests.report.keep_failure {
        let message = format!("the box could not be kept: {failure}");
        integrity.findings.push(Finding { code: "box_not_kept".to_owned(), message });
    }
    Evidence {
        termination,
        coverage: transcript.done.and_then(|_| coverage_of(&transcript, &code)),
        tests,
        lint,
        integrity,
        backend: "linux".to_owned(),
        guarantees: parts.guarantees.clone(),
        environment: layered(
            environment(parts.job, parts.toolchain, &transcript),
            &parts.guarantees,
        ),
        timings_ms: timings(parts),
        output: output(parts.tests),
        stability: Stability::Once,
        controls,
    }
}

/// Messages name their file where there are several; any other name is none.
fn place(issues: &mut [LintIssue], code: &[String]) {
    for issue in issues {
        issue.path = issue.path.take().filter(|path| code.len() > 1 && code.contains(path));
    }
}

/// Grades a run that was not broken by what its controls showed.
fn add_controls(drill: Option<&Drill>, real: &Ran, integrity: &mut Integrity) -> Controls {
    let Some(Drill { plan, runs }) = drill else {
        let message = "controls are for suites that pass by themselves".to_owned();
        integrity.findings.push(Finding { code: "controls_skipped".to_owned(), message });
        return Controls::default();
    };
    let judged = judge(real, plan, runs);
    if integrity.state == IntegrityState::Observed {
        integrity.state = judged.state;
    }
    integrity.findings.extend(judged.findings);
    judged.controls
}

/// The frames of messages, by whose word they are.
pub(crate) fn frames(messages: &[Message]) -> impl Iterator<Item = (Origin, &[u8])> {
    messages.iter().map(|message| {
        let origin = match message.origin {
            b'P' => Origin::Harness,
            b'C' => Origin::Suite,
            _ => Origin::Jail,
        };
        (origin, message.body.as_slice())
    })
}

/// What the outside saw besides frames.
pub(crate) fn outside(ended: &Ended) -> Outside {
    let observed = &ended.observed;
    let is_over_memory = ended.report.is_over_memory;
    let stop = match (&ended.report.failure, observed.cause) {
        (_, Cause::Cancelled) => Stop::Cancelled,
        (Some(failure), _) => Stop::Setup(failure.clone()),
        (None, Cause::Deadline) => Stop::Deadline,
        (None, Cause::Flood) => Stop::Flood,
        (None, Cause::Itself | Cause::Enough) => Stop::Itself,
    };
    let harness =
        Exit { code: ended.report.status, signal: ended.report.signal, ..Exit::default() };
    Outside {
        stop,
        harness,
        memory_kills: ended.memory_kills + u64::from(is_over_memory),
        process_refusals: ended.process_refusals,
        output_dropped: observed.stdout.dropped() + observed.stderr.dropped(),
        is_held_open: observed.is_held_open,
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn timings(parts: &Parts<'_>) -> Timings {
    Timings {
        queue: milliseconds(parts.lap.queue),
        spawn: milliseconds(parts.tests.observed.spawn),
        tests: milliseconds(parts.tests.observed.total),
        lint: milliseconds(parts.lint.took),
        first: milliseconds(parts.lap.first),
        controls: milliseconds(parts.lap.controls),
        total: milliseconds(parts.lap.total),
    }
}

fn output(ended: &Ended) -> Output {
    let observed = &ended.observed;
    Output {
        stdout: observed.stdout.text(),
        stderr: observed.stderr.text(),
        truncated: observed.stdout.dropped() + observed.stderr.dropped(),
        pruned: false,
    }
}

/// The same with the layers around it, so that its digest stands for them too.
fn layered(mut environment: Environment, guarantees: &Guarantees) -> Environment {
    environment.0.insert("layers".to_owned(), guarantees.digest().to_string());
    environment
}

/// What the suite ran with.
pub(crate) fn environment(
    job: &Job,
    toolchain: &Toolchain,
    transcript: &Transcript,
) -> Environment {
    let system = nix::sys::utsname::uname();
    let told = |field: fn(&nix::sys::utsname::UtsName) -> &std::ffi::OsStr| {
        system.as_ref().map_or_else(
            |_| "unknown".to_owned(),
            |system| field(system).to_string_lossy().into_owned(),
        )
    };
    let limits = &job.limits;
    let mut values: BTreeMap<String, String> = transcript.versions.clone();
    values.extend(
        [
            ("saraphina", env!("CARGO_PKG_VERSION").to_owned()),
            ("kernel", told(nix::sys::utsname::UtsName::release)),
            ("kernel_build", told(nix::sys::utsname::UtsName::version)),
            ("arch", std::env::consts::ARCH.to_owned()),
            ("toolchain", toolchain.key.clone()),
            ("harness", harness_digest().to_string()),
            ("limit_tests_ms", limits.tests_ms.to_string()),
            ("limit_lint_ms", limits.lint_ms.to_string()),
            ("limit_memory_bytes", limits.memory_bytes.to_string()),
            ("limit_processes", limits.processes.to_string()),
            ("limit_disk_bytes", limits.disk_bytes.to_string()),
            ("limit_disk_files", limits.disk_files.to_string()),
            ("limit_output_bytes", limits.output_bytes.to_string()),
            ("limit_handles", limits.handles.to_string()),
            ("variables", job.env.keys().cloned().collect::<Vec<_>>().join(",")),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    Environment(values)
}
