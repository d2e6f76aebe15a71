//! What to do next, by what a report says.
//!
//! The first step is the likeliest; each begins with a command as a session takes it, and says behind two blanks what it does.

use crate::diagnosis::absent::UNKNOWN;
use crate::diagnosis::packages::{INSTALLS, NEVER, NOT_INSTALLED};
use crate::diagnosis::python::OTHER_PYTHON;
use crate::reporting::evidence_report::Report;
use crate::reporting::views;
use record::domain::evidence::{Finding, Termination};
use record::domain::requirement::{self, normal};
use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::{MISSING_PACKAGE, MODULE_ELSEWHERE, NO_WHEEL, PACKAGES_LEFT_OUT};

impl Report {
    /// Suggests the next commands, and says what they do; what works without a model comes first.
    pub fn next_steps(&self) -> Vec<String> {
        let id = &self.proposal_id;
        match self.verdict {
            VerdictWord::Passed => [format!("/approve-code {id}  approves it")]
                .into_iter()
                .chain(self.step_to_other_patch())
                .collect(),
            VerdictWord::Failed if self.integrity.has(OTHER_PYTHON) => vec![
                "/config set SARAPHINA_PYTHON PATH  takes a Python that the project is for"
                    .to_owned(),
                format!("/sandbox-code {id}  runs it again"),
            ],
            VerdictWord::Failed if let Some(steps) = self.steps_to_packages() => steps,
            VerdictWord::Failed if self.reasons == [Reason::NoTests] => {
                [format!("/refine-code {id} --tests FILE <why>  gives it tests")]
                    .into_iter()
                    .chain(self.step_to_model("tests"))
                    .collect()
            }
            // The tests are at fault, and no repair of the code would mend them.
            VerdictWord::Failed if self.reasons == [Reason::Integrity] => {
                [format!("/refine-code {id} --tests FILE <why>  gives it other tests")]
                    .into_iter()
                    .chain(self.step_to_model("another revision"))
                    .collect()
            }
            VerdictWord::Failed if let Some(steps) = self.steps_to_outside() => steps,
            VerdictWord::Failed => self.steps_to_repair(),
            VerdictWord::Inconclusive => {
                let doctor = || "/doctor  shows what is missing".to_owned();
                let step = self.wanted_packages().or_else(|| self.step_to_base());
                vec![step.unwrap_or_else(doctor)]
            }
        }
    }

    /// Where to look when the tests of a change's base say nothing.
    fn step_to_base(&self) -> Option<String> {
        let change = self.change.as_ref()?;
        change.baseline.unavailable.as_ref()?;
        Some(format!("/repository show {}  tells how its tests are run", change.repository))
    }

    /// How another patch is taken, where a repair leaves the choice.
    fn step_to_other_patch(&self) -> Option<String> {
        let other = self.repaired.as_ref()?.alternatives.first()?.revision;
        let id = &self.proposal_id;
        Some(format!(
            "/auto-refine {id} --take {other}  takes the patch of revision {other} instead"
        ))
    }

    /// How a model is asked, where there is one.
    fn step_to_model(&self, what: &str) -> Option<String> {
        let id = &self.proposal_id;
        self.has_model
            .then(|| format!("/refine-code {id} <feedback>  asks a model server for {what}"))
    }

    /// How code is mended that its tests do not hold for.
    fn steps_to_repair(&self) -> Vec<String> {
        let id = &self.proposal_id;
        let repairs = [
            format!("/auto-refine {id}  repairs it, without a model where it can"),
            self.step_to_own(),
        ];
        let first = self.step_to_module().into_iter();
        let asked = self.step_to_model("another revision");
        let room = self.step_to_room().into_iter();
        if self.tests.failed + self.tests.errors == 0 {
            // Where no test is red, the limit comes before the code.
            return room.chain(first).chain(repairs).chain(asked).collect();
        }
        first.chain(repairs).chain(asked).chain(room).collect()
    }

    /// How it is run again where all that is known to be wrong lies outside of the code: no repair brings that.
    fn steps_to_outside(&self) -> Option<Vec<String>> {
        let outside = self.outside.as_ref().filter(|outside| outside.is_beyond_repair())?;
        let id = &self.proposal_id;
        let again = || {
            if outside.is_a_setting() {
                format!("/sandbox-code {id} --env NAME=VALUE  runs it with that variable")
            } else {
                format!("/sandbox-code {id}  runs it again, once what is missing is there")
            }
        };
        let again = self.step_to_module().unwrap_or_else(again);
        let asked = self.step_to_model("another revision");
        Some([again, self.step_to_own()].into_iter().chain(asked).collect())
    }

    /// How it is run with more room, where it met a limit that its owner may raise.
    fn step_to_room(&self) -> Option<String> {
        let options = [
            (self.integrity.has("process_limit"), "--processes COUNT"),
            (self.integrity.has("memory_limit"), "--memory MIB"),
            (self.termination == Termination::Timeout, "--timeout SECONDS"),
        ];
        let (_, option) = options.into_iter().find(|(is_met, _)| *is_met)?;
        let id = &self.proposal_id;
        let why = self.time_ran_out();
        Some(format!("/sandbox-code {id} {option}  runs it with a higher limit{why}"))
    }

    /// How far the tests had come when time ran out.
    fn time_ran_out(&self) -> String {
        let tests = &self.tests;
        let ended = tests.executed + tests.skipped;
        match tests.collected {
            0 => String::new(),
            _ if self.termination != Termination::Timeout => String::new(),
            all if ended >= all => ": every test had ended, the run had not".to_owned(),
            all => format!(": {ended} of {all} tests had ended"),
        }
    }

    /// How tests find a module that the project has elsewhere.
    fn step_to_module(&self) -> Option<String> {
        let id = &self.proposal_id;
        self.integrity.has(MODULE_ELSEWHERE).then(|| {
            format!("/refine-code {id} --file pytest.ini  gives it settings, of which `pythonpath` names folders of modules")
        })
    }

    /// How a repository gets the packages that its tests ask for and its description does not name.
    fn wanted_packages(&self) -> Option<String> {
        let repository = &self.change.as_ref()?.repository;
        self.integrity.has(MISSING_PACKAGE).then(|| {
            format!("/repository add PATH --name {repository} --package NAME  describes it anew; repeat --package for every one that its tests need")
        })
    }

    /// How the packages get there that it misses: no repair brings them.
    fn steps_to_packages(&self) -> Option<Vec<String>> {
        let id = &self.proposal_id;
        let found = |code| self.integrity.findings.iter().find(|found| found.code == code);
        let installs =
            format!("/sandbox-code {id} --install  shows the packages, and installs them");
        let first = match (found(NOT_INSTALLED), found(MISSING_PACKAGE)) {
            // Nothing shows that it is for want of them that tests fail.
            (Some(declared), None)
                if declared.message.ends_with(INSTALLS) && self.reasons == [Reason::Tests] =>
            {
                return Some([installs].into_iter().chain(self.steps_to_repair()).collect());
            }
            (Some(declared), _) if declared.message.ends_with(INSTALLS) => vec![installs],
            (Some(declared), Some(_)) if declared.message.ends_with(NEVER) => vec![
                "/config set SARAPHINA_PACKAGES ask  lets you have declared packages installed, by a session or daemon that starts afterwards"
                    .to_owned(),
                installs,
            ],
            (None, Some(missing)) => match self.wanted_packages() {
                Some(step) => vec![step],
                None if found(PACKAGES_LEFT_OUT).is_some_and(|left| is_left_out(left, missing)) => {
                    vec![format!(
                        "/sandbox-code {id} --install  looks again, once you have made the missing wheel (`pip wheel NAME`) and UV_FIND_LINKS names its folder"
                    )]
                }
                None if missing.message.starts_with(UNKNOWN) => vec![format!(
                    "/refine-code {id} --file requirements.txt  declares the package that brings it, if one does: look it up, as anybody may publish one of that name"
                )],
                None => vec![format!(
                    "/refine-code {id} --file requirements.txt  declares the package that you name in this file, which is needed to install it"
                )],
            },
            (Some(_), _) | (None, None) => return None,
        };
        Some(first.into_iter().chain([self.step_to_own()]).collect())
    }

    /// How a correction made by hand is stored.
    fn step_to_own(&self) -> String {
        let is_change = self.change.is_some();
        views::by_hand(&self.proposal_id, is_change, "--code", "stores your own correction")
    }
}

/// Tells whether a missing package is one of those that were wanted and that no wheel fits.
fn is_left_out(left: &Finding, missing: &Finding) -> bool {
    let wishes = left.message.split("; ").filter_map(|line| line.strip_prefix(NO_WHEEL));
    let names: Vec<String> = wishes.map(|wish| normal(requirement::name(wish))).collect();
    let words = missing.message.split(|symbol: char| symbol.is_whitespace() || symbol == ',');
    words.map(normal).any(|word| names.contains(&word))
}
