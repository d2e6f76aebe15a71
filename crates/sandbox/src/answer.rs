//! Answers to probes, from a guest that may lie.
//!
//! The harness repeats what processes with untrusted code wrote into memory that they shared with it, so every
//! number and text here may be anything.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use record::domain::probe::{
    Answer, Case, Compared, Complaint, Ending, Infected, Infection, Probe, Question, Separating,
    Traced, Tried,
};
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// Most tests that are heard of.
const MOST_CASES: usize = 5_000;
/// Most functions whose variables are heard of.
const MOST_FUNCTIONS: usize = 5_000;
/// Most stretches of lines in one frame.
const MOST_RANGES: usize = 5_000;
/// Most characters of a test's id, of a reason and of a name.
const NAME_CHARACTERS: usize = 500;
/// Most characters of a complaint's message.
const MESSAGE_CHARACTERS: usize = 300;
/// Most characters of a call or an answer.
const TEXT_CHARACTERS: usize = 2_000;
/// Most candidates in an answer to a comparison.
const MOST_INPUTS: usize = 1_000;
const MOST_SURPRISES: usize = 100;

/// One frame of the guest; whatever is none is passed over.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
enum Told {
    Case {
        id: String,
        complaint: Option<ToldComplaint>,
    },
    Lines {
        case: usize,
        path: String,
        ranges: Vec<(u32, u32)>,
    },
    Types {
        path: String,
        line: u32,
        names: BTreeMap<String, BTreeSet<String>>,
    },
    Broken {
        complaint: ToldComplaint,
    },
    Unfit {
        id: String,
        reason: String,
    },
    Begun {
        from: usize,
        to: usize,
    },
    Found {
        index: usize,
    },
    Tried {
        rows: Vec<Row>,
    },
    Infected {
        case: usize,
        told: Vec<u8>,
    },
    Compared {
        behaviours: Vec<Vec<usize>>,
        inputs: usize,
        properties: usize,
        surprises: Vec<Vec<String>>,
    },
    Separating {
        call: String,
        answers: Vec<String>,
    },
    Done {},
}

/// A candidate: its place, how it ended, the cases that pass, its complaint.
type Row = (usize, ToldEnding, Vec<usize>, Option<ToldComplaint>);

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ToldEnding {
    Done,
    Uncompiled,
    TimedOut,
    Died,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ToldComplaint {
    kind: String,
    message: String,
    path: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
}

/// Everything heard so far, over all boxes of a question.
pub(crate) struct Heard {
    files: Files,
    candidates: usize,
    cases: usize,
    found: Option<usize>,
    answer: Answer,
    tried: BTreeMap<usize, Tried>,
    begun: Option<(usize, usize)>,
    next: usize,
    careful_until: usize,
    is_done: bool,
}

impl Heard {
    /// Nothing yet.
    pub(crate) fn new(probe: &Probe) -> Self {
        let (candidates, cases, answer) = match &probe.question {
            Question::Trace(_) => (0, 0, Answer::Traced(Traced::default())),
            Question::Try(wanted) => {
                let most = if wanted.cases.is_empty() { MOST_CASES } else { wanted.cases.len() };
                (wanted.candidates.len(), most, Answer::Tried(Vec::new()))
            }
            Question::Infect(wanted) => {
                let answer = Answer::Infected(Infected::default());
                (wanted.candidates.len(), wanted.cases.len(), answer)
            }
            Question::Compare(wanted) => {
                (wanted.candidates.len(), 0, Answer::Compared(Compared::default()))
            }
        };
        Self {
            files: Files::of(&probe.source),
            candidates,
            cases,
            found: None,
            answer,
            tried: BTreeMap::new(),
            begun: None,
            next: 0,
            careful_until: 0,
            is_done: false,
        }
    }

    /// Takes one frame.
    pub(crate) fn take(&mut self, body: &[u8]) {
        let Ok(told) = serde_json::from_slice::<Told>(body) else { return };
        match (&mut self.answer, told) {
            (_, Told::Done {}) => self.is_done = true,
            (Answer::Tried(_), told) => self.take_tried(told),
            (Answer::Traced(traced), told) => take_traced(&self.files, traced, told),
            (Answer::Infected(infected), told) => {
                take_infected(self.candidates, self.cases, infected, told);
            }
            (Answer::Compared(compared), told) => take_compared(self.candidates, compared, told),
        }
    }

    fn take_tried(&mut self, told: Told) {
        match told {
            Told::Begun { from, to } if from < to && to <= self.candidates => {
                self.begun = Some((from, to));
            }
            Told::Found { index } => self.found = Some(index),
            Told::Tried { rows } => {
                self.begun = None;
                for row in rows {
                    self.take_row(row);
                }
            }
            _ => {}
        }
    }

    fn take_row(&mut self, (index, ending, passed, complaint): Row) {
        if index >= self.candidates {
            return;
        }
        let passed = passed.into_iter().filter(|case| *case < self.cases).collect();
        let ending = match ending {
            ToldEnding::Done => Ending::Done,
            ToldEnding::Uncompiled => Ending::Uncompiled,
            ToldEnding::TimedOut => Ending::TimedOut,
            ToldEnding::Died => Ending::Died,
        };
        let complaint = complaint.map(|told| complaint_of(&self.files, told));
        self.tried.insert(index, Tried { index, passed, ending, complaint });
        self.next = self.next.max(index + 1);
    }

    /// Whether another box is worth starting after one that ended by itself; notes whom the last one died of.
    pub(crate) fn go_on(&mut self) -> bool {
        if self.is_done || !matches!(self.answer, Answer::Tried(_)) {
            return false;
        }
        match self.begun.take() {
            Some((from, to)) if to == from + 1 => {
                let (passed, complaint) = (BTreeSet::new(), None);
                let died = Tried { index: from, passed, ending: Ending::Died, complaint };
                self.tried.entry(from).or_insert(died);
                self.next = to;
            }
            Some((from, to)) => (self.next, self.careful_until) = (from, to),
            None => return false,
        }
        self.next < self.candidates
    }

    /// The first candidate that the next box tries.
    pub(crate) const fn next(&self) -> usize {
        self.next
    }

    /// Candidates before this one are tried one by one: one of them killed a box.
    pub(crate) const fn careful_until(&self) -> usize {
        self.careful_until
    }

    /// The first candidate that passes every case, as the guest said.
    pub(crate) const fn found(&self) -> Option<usize> {
        self.found
    }

    /// Gives what was heard.
    pub(crate) fn answer(self) -> Answer {
        match self.answer {
            Answer::Tried(_) => Answer::Tried(self.tried.into_values().collect()),
            Answer::Compared(compared) => Answer::Compared(checked(compared)),
            Answer::Traced(traced) => Answer::Traced(traced),
            Answer::Infected(infected) => Answer::Infected(infected),
        }
    }
}

/// The files of the source, and how many lines each has.
struct Files(BTreeMap<String, (SourcePath, u32)>);

impl Files {
    fn of(source: &Source) -> Self {
        let known = |file: &SourceFile| {
            let lines = file.content.split(|byte| matches!(byte, b'\n' | b'\r')).count();
            let lines = u32::try_from(lines).unwrap_or(u32::MAX);
            (file.path.to_string(), (file.path.clone(), lines))
        };
        Self(source.files().iter().map(known).collect())
    }

    fn place(&self, path: &str, line: u32) -> Option<(SourcePath, u32)> {
        let (path, lines) = self.0.get(path)?;
        (1..=*lines).contains(&line).then(|| (path.clone(), line))
    }
}

fn take_traced(files: &Files, traced: &mut Traced, told: Told) {
    match told {
        Told::Case { id, complaint } if traced.cases.len() < MOST_CASES => {
            let complaint = complaint.map(|told| complaint_of(files, told));
            let id = bounded(&id, NAME_CHARACTERS);
            traced.cases.push(Case { id, complaint, lines: BTreeMap::new() });
        }
        Told::Lines { case, path, ranges } => {
            let (Some(case), Some(path)) = (traced.cases.get_mut(case), files.0.get(&path)) else {
                return;
            };
            let lines = case.lines.entry(path.0.clone()).or_default();
            let last_line = path.1;
            let ranges = ranges.into_iter().take(MOST_RANGES);
            lines.extend(ranges.flat_map(|(first, last)| first.max(1)..=last.min(last_line)));
        }
        Told::Types { path, line, names } if traced.types.len() < MOST_FUNCTIONS => {
            let Some(place) = files.place(&path, line) else { return };
            traced.types.entry(place).or_default().extend(names);
        }
        Told::Broken { complaint } => traced.complaint = Some(complaint_of(files, complaint)),
        Told::Unfit { id, reason } if traced.unfit.len() < MOST_CASES => {
            traced.unfit.push((bounded(&id, NAME_CHARACTERS), bounded(&reason, NAME_CHARACTERS)));
        }
        _ => {}
    }
}

fn take_infected(candidates: usize, cases: usize, infected: &mut Infected, told: Told) {
    match told {
        Told::Infected { case, told } if case < cases => {
            infected.0.insert(case, told.into_iter().take(candidates).map(infection).collect());
        }
        _ => {}
    }
}

/// A byte of the guest.
const fn infection(told: u8) -> Infection {
    match told {
        0 => Infection::Unreached,
        1 => Infection::Absent,
        2 => Infection::Holds,
        3 => Infection::Value,
        4 => Infection::Raise,
        6 => Infection::Fails,
        _ => Infection::Unknown,
    }
}

fn take_compared(candidates: usize, compared: &mut Compared, told: Told) {
    match told {
        Told::Compared { behaviours, inputs, properties, surprises } => {
            let known = |group: Vec<usize>| -> Vec<usize> {
                group.into_iter().filter(|place| *place < candidates).collect()
            };
            compared.behaviours = behaviours.into_iter().map(known).collect();
            compared.behaviours.retain(|group| !group.is_empty());
            compared.inputs = inputs.min(MOST_INPUTS);
            compared.properties = properties.min(MOST_SURPRISES);
            let named = |names: Vec<String>| -> Vec<String> {
                names
                    .iter()
                    .take(MOST_SURPRISES)
                    .map(|name| bounded(name, NAME_CHARACTERS))
                    .collect()
            };
            compared.surprises = surprises.into_iter().take(candidates).map(named).collect();
        }
        Told::Separating { call, answers } => {
            let bounded_all = answers.iter().map(|text| bounded(text, TEXT_CHARACTERS));
            compared.separating = Some(Separating {
                call: bounded(&call, TEXT_CHARACTERS),
                answers: bounded_all.collect(),
            });
        }
        _ => {}
    }
}

/// Without what does not fit together: a separating call has an answer for each behaviour.
fn checked(compared: Compared) -> Compared {
    let count = compared.behaviours.len();
    let fits = |separating: &Separating| count > 1 && separating.answers.len() == count;
    Compared { separating: compared.separating.filter(fits), ..compared }
}

fn complaint_of(files: &Files, told: ToldComplaint) -> Complaint {
    let ToldComplaint { kind, message, path, line, column } = told;
    Complaint {
        kind: bounded(&kind, NAME_CHARACTERS),
        message: bounded(&message, MESSAGE_CHARACTERS),
        place: path.zip(line).and_then(|(path, line)| files.place(&path, line)),
        column: column.filter(|column| *column > 0),
    }
}

fn bounded(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
