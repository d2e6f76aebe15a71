//! Evidence of one execution, put together from what its jails showed.
//!
//! Counting, coverage, termination and integrity are decided in `evidence/`; this adds what only the backend knows: its
//! guarantees, the versions of the toolchain, the output that it kept and the time that it took.

use std::collections::BTreeSet;

use crate::backend::{Job, NOT_COLLECTED};
use crate::evidence::aside;
use crate::evidence::controls::judge;
use crate::evidence::coverage::coverage_of;
use crate::evidence::ending::{integrity, most};
use crate::evidence::executed;
use crate::evidence::packages;
use crate::evidence::ran::Ran;
use crate::evidence::shadows;
use crate::evidence::tests::elsewhere;
use crate::evidence::transcript::Transcript;
use crate::evidence::written;
use crate::linux::runs::ended::Ended;
use crate::linux::runs::plans::box_folder;
use crate::linux::stages::controls::Drill;
use crate::linux::stages::suite::Shown;
use crate::linux::stages::versions::environment;
use crate::toolchain::python::Toolchain;
use record::domain::controls::Controls;
use record::domain::environment::{Environment, Guarantees};
use record::domain::evidence::{
    Evidence, Finding, Integrity, IntegrityState, LintIssue, Output, RAN_ELSEWHERE, Stability,
    Touched,
};
use record::domain::evidence_form::Form;
use record::domain::timings::Timings;

/// A job, and with what it ran.
pub(crate) struct Setting<'a> {
    pub(crate) job: &'a Job,
    pub(crate) toolchain: &'a Toolchain,
    pub(crate) guarantees: Guarantees,
    pub(crate) timings: Timings,
}

/// Puts the evidence of one execution together.
pub(crate) fn assemble(setting: Setting<'_>, shown: Shown) -> Evidence {
    let Setting { job, toolchain, guarantees, timings } = setting;
    let Shown { ended, reading, lint, drill, timings: _ } = shown;
    let transcript = &reading.transcript;
    let code: Vec<String> = job.measured().map(|file| file.path.to_string()).collect();
    let linted: Vec<String> = job.linted().map(|file| file.path.to_string()).collect();
    let mut lint = lint.lint;
    executed::mark(&mut lint.issues, &job.source, transcript);
    place(&mut lint.issues, &linted, job.part.is_some());
    let mut integrity = integrity(transcript, &reading.outside, reading.tests.missing.len());
    let controls = match job.part {
        Some(_) => Controls::default(),
        None => add_controls(job, drill.as_ref(), &reading.ran, &mut integrity),
    };
    let ran_elsewhere = elsewhere(transcript);
    let mut tests = reading.tests;
    if ran_elsewhere.is_some() && !needs_code(&integrity) {
        tests.touched = Touched::No;
    }
    // No run of the same tests shows what such code does elsewhere.
    integrity.state = integrity.state.min(most(transcript));
    let aside = aside::by_code(&job.source, transcript, job.layer.is_some());
    let aside = aside.filter(|_| job.part.is_none());
    for (finding, best) in aside.into_iter().chain(shadows::told(&reading.shadowed)) {
        integrity.state = integrity.state.min(best);
        integrity.findings.push(finding);
    }
    let words = &reading.outside.last_words;
    let lacking = packages::missing(&job.source, transcript, &reading.termination, words);
    integrity.findings.extend(lacking);
    let (wrote, best) = written::written(&job.source, &reading.outside.changed);
    integrity.state = integrity.state.min(best);
    integrity.findings.extend(wrote);
    integrity.findings.extend(written::sealed(transcript));
    integrity.findings.extend(packages::provided(job.layer.as_deref()));
    integrity.findings.extend(kept(job, &ended));
    if job.part.is_some() {
        integrity.findings.extend(not_collected(transcript));
        integrity.findings.extend(each_elsewhere(transcript, &code));
    } else {
        integrity.findings.extend(ran_elsewhere);
    }
    Evidence {
        coverage: transcript.done.and_then(|_| coverage_of(transcript, &code, job.part.is_some())),
        environment: layered(environment(job, toolchain, transcript), &guarantees),
        termination: reading.termination,
        tests,
        lint,
        integrity,
        backend: "linux".to_owned(),
        guarantees,
        timings_ms: timings,
        output: output(&ended),
        stability: Stability::Once,
        change: None,
        form: Form::Rfc8785,
        controls,
    }
}

/// Whether the controls show that a suite needs the code, where only programs that it starts say that they ran it.
fn needs_code(integrity: &Integrity) -> bool {
    let doubts = ["stub_passes", "vacuous_tests", "control_lost", "controls_skipped"];
    !integrity.findings.iter().any(|finding| doubts.contains(&finding.code.as_str()))
}

/// Where the scratch folder of a job was kept, or why it could not be.
fn kept(job: &Job, ended: &Ended) -> Option<Finding> {
    let folder = box_folder(job)?;
    let (code, message) = match &ended.report.keep_failure {
        Some(failure) => ("box_not_kept", format!("the box could not be kept: {failure}")),
        None => ("box_kept", format!("what the tests wrote is in {}", folder.display())),
    };
    Some(Finding { code: code.to_owned(), message })
}

/// Names the files of a suite that could not be collected, where others are run all the same; once each, however often pytest asked.
fn not_collected(transcript: &Transcript) -> impl Iterator<Item = Finding> {
    let paths = transcript.collect_errors.iter().filter_map(|error| error.split(':').next());
    let paths: BTreeSet<&str> = paths.collect();
    paths
        .into_iter()
        .map(|path| Finding { code: NOT_COLLECTED.to_owned(), message: path.to_owned() })
}

/// Names the files that programs say they ran which the tests start.
fn each_elsewhere(transcript: &Transcript, code: &[String]) -> impl Iterator<Item = Finding> {
    let paths = transcript.elsewhere.iter().filter(|path| code.contains(path));
    paths.map(|path| Finding { code: RAN_ELSEWHERE.to_owned(), message: path.clone() })
}

/// Keeps the file of a message where there are several, or where files are a part of more; any other name is none.
fn place(issues: &mut [LintIssue], files: &[String], is_part: bool) {
    for issue in issues {
        let is_kept = |path: &String| (is_part || files.len() > 1) && files.contains(path);
        issue.path = issue.path.take().filter(is_kept);
    }
}

/// Grades a run that was not broken by what its controls showed.
fn add_controls(
    job: &Job,
    drill: Option<&Drill>,
    real: &Ran,
    integrity: &mut Integrity,
) -> Controls {
    let Some(Drill { plan, runs }) = drill else {
        let (code, message) = if job.only_imports {
            let told = "nobody gave a file of tests: the code was imported, and at most its own examples ran";
            ("imports_only", told)
        } else {
            ("controls_skipped", "controls are for suites that pass by themselves")
        };
        let (code, message) = (code.to_owned(), message.to_owned());
        integrity.findings.push(Finding { code, message });
        return Controls::default();
    };
    let judged = judge(real, plan, runs);
    // What the run itself shows to be broken stays broken, whatever its controls say.
    if integrity.state == IntegrityState::Observed {
        integrity.state = judged.state;
    }
    integrity.findings.extend(judged.findings);
    judged.controls
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

/// Adds the layers around a suite, so that the digest of its environment stands for them too.
fn layered(mut environment: Environment, guarantees: &Guarantees) -> Environment {
    environment.0.insert("layers".to_owned(), guarantees.digest().to_string());
    environment
}
