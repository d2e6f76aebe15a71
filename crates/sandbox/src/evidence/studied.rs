//! What studies come to, from a guest that may lie.
//!
//! Numbers and texts are bounded, and a frame that is none of those that were asked for is passed over.

use serde::Deserialize;

use crate::study::{Frame, Profiled, Replayed, Stack, Timed, Told};

/// Most differences and answers that are heard.
const MOST_TOLD: usize = 60;
/// Most tests of which times are heard.
const MOST_TESTS: usize = 5_000;
/// Most stacks that are heard.
const MOST_STACKS: usize = 5_000;
/// Most characters of a text.
const TEXT_CHARACTERS: usize = 500;
/// Most seconds that are believed of a call.
const MOST_SECONDS: f64 = 3_600.0;

/// A frame of a stack: its file, its function and its line.
type Named = (String, String, u32);

/// One frame of the guest.
#[derive(Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
enum Said {
    Calls { recorded: usize, generated: usize, stable: usize, unstable: usize },
    Difference { call: String, what: String, old: String, new: String },
    Compared { different: usize, printed: usize, watched: usize, otherwise: usize, lines: Vec<u32> },
    Mutants { tried: usize, killed: usize },
    Answer { call: String, answer: String },
    Time { name: String, calls: u32, seconds: f64 },
    Stacks { stacks: Vec<(Vec<Named>, u64)> },
    Lines { lines: Vec<(String, String, u32, f64)> },
    Done {},
}

fn short(text: &str) -> String {
    text.chars().take(TEXT_CHARACTERS).collect()
}

fn said(bodies: &[&[u8]]) -> impl Iterator<Item = Said> {
    bodies.iter().filter_map(|body| serde_json::from_slice(body).ok())
}

/// Reads the frames of a replay.
pub(crate) fn replayed(bodies: &[&[u8]]) -> Replayed {
    let mut heard = Replayed::default();
    let mut is_compared = false;
    for said in said(bodies) {
        match said {
            Said::Calls { recorded, generated, stable, unstable } => {
                (heard.recorded, heard.generated) = (recorded, generated);
                (heard.stable, heard.unstable) = (stable, unstable);
            }
            Said::Difference { call, what, old, new } if heard.differences.len() < MOST_TOLD => {
                let [call, what, old, new] = [call, what, old, new].map(|text| short(&text));
                heard.differences.push(Told { call, what, old, new });
            }
            Said::Compared { different, printed, watched, otherwise, lines } => {
                is_compared = true;
                (heard.different, heard.printed) = (different, printed);
                (heard.watched, heard.otherwise) = (watched, otherwise);
                heard.lines = lines.into_iter().collect();
            }
            Said::Mutants { tried, killed } => {
                (heard.tried, heard.killed) = (tried, killed.min(tried));
            }
            Said::Answer { call, answer } if heard.answers.len() < MOST_TOLD => {
                heard.answers.push((short(&call), short(&answer)));
            }
            Said::Done {} => heard.is_whole = is_compared,
            Said::Difference { .. }
            | Said::Answer { .. }
            | Said::Time { .. }
            | Said::Stacks { .. }
            | Said::Lines { .. } => {}
        }
    }
    // Differences that are told are there, whatever the sum says.
    if heard.different == 0 && heard.otherwise == 0 {
        heard.different = heard.differences.len();
    }
    heard
}

/// Reads the frames of a study of time.
pub(crate) fn timed(bodies: &[&[u8]]) -> Vec<Timed> {
    let times = said(bodies).filter_map(|said| match said {
        Said::Time { name, calls, seconds } if (0.0..MOST_SECONDS).contains(&seconds) => {
            Some(Timed { name: short(&name), calls, seconds })
        }
        _ => None,
    });
    times.take(MOST_TESTS).collect()
}

/// Reads the frames of a profile.
pub(crate) fn profiled(bodies: &[&[u8]]) -> Profiled {
    let mut heard = Profiled::default();
    let frame = |(path, function, line): Named| Frame {
        path: short(&path),
        function: short(&function),
        line,
    };
    for said in said(bodies) {
        match said {
            Said::Stacks { stacks } if heard.stacks.len() < MOST_STACKS => {
                let stack = |(frames, count): (Vec<Named>, u64)| Stack {
                    frames: frames.into_iter().map(frame).collect(),
                    count,
                };
                heard.stacks.extend(stacks.into_iter().map(stack));
            }
            Said::Lines { lines } if heard.lines.len() < MOST_STACKS => {
                let believed =
                    lines.into_iter().filter(|(.., seconds)| (0.0..MOST_SECONDS).contains(seconds));
                heard.lines.extend(believed.map(|(path, function, line, seconds)| {
                    (frame((path, function, line)), seconds)
                }));
            }
            _ => {}
        }
    }
    heard
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_that_lies_about_its_sums_is_held_to_what_it_told() {
        let frames: [&[u8]; 6] = [
            br#"{"t":"calls","recorded":1,"generated":2,"stable":3,"unstable":0}"#,
            br#"{"t":"difference","call":"f(1)","what":"value","old":"1","new":"2"}"#,
            br#"{"t":"compared","different":0,"printed":0,"watched":0,"otherwise":0,"lines":[1]}"#,
            br#"{"t":"mutants","tried":3,"killed":9}"#,
            b"\xff",
            br#"{"t":"time","name":"x","calls":1,"seconds":1e99}"#,
        ];

        let heard = replayed(&frames);

        assert_eq!((heard.different, heard.tried, heard.killed, heard.is_whole), (1, 3, 3, false));
        assert_eq!(timed(&frames), []);
        assert_eq!(
            profiled(&[br#"{"t":"stacks","stacks":[[[["a","b",-1]],1]]}"#]),
            Profiled::default()
        );
    }
}
