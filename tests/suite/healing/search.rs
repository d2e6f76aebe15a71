//! Patches that are searched for in a box.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use record::domain::healing::{Confidence, SeparatingInput};
use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::patch::{Edit, Patch};
use record::domain::probe::{Complaint, Question, Traced};
use record::domain::role::Role;
use record::domain::source::Source;
use repair::mutate::Breadth;
use repair::suggestion::Suggestion;
use sandbox::error::SandboxError;
use tokio_util::sync::CancellationToken;
use work::healing::rounds;
use work::healing::search::bench::{Bench, Tools, USUAL_TIME};
use work::healing::search::found::{Found, Sought};
use work::healing::search::search;

use super::imitation::{Imitation, id, source};

/// An edit that puts a text at the end of the code.
fn put(source: &Source, text: &str, promise: f64) -> Suggestion {
    let end = source.text_of(Role::Code).len();
    let edit = Edit { path: "a.py".parse().unwrap(), start: end, end, text: text.to_owned() };
    Suggestion {
        patch: Patch::of(edit),
        operator: "put",
        why: format!("puts {text:?} in"),
        promise,
    }
}

fn suggest(source: &Source, complaint: &Complaint, _: Option<&Traced>) -> Vec<Suggestion> {
    if complaint.kind == "SyntaxError" {
        return vec![put(source, "(", 2.0), put(source, ")", 1.0)];
    }
    let number = complaint.message.trim_matches(|symbol: char| !symbol.is_ascii_digit());
    vec![put(source, "nothing", 2.0), put(source, &format!("<{number}>"), 1.0)]
}

/// A hundred and fifty useless edits, then some that give each a missing word, and all of them in two ways.
fn mutations(source: &Source, _: &Traced, _: Breadth) -> Vec<Suggestion> {
    let useless = (0..150).map(|number| put(source, &format!("_{number}"), 9.0));
    let words = (0..6).map(|number| put(source, &format!("<{number}>"), 3.0));
    let whole = ["<4><5>#a", "<4><5>#b", "<5><4>#a"].map(|text| put(source, text, 2.0));
    useless.chain(words).chain(whole).collect()
}

const TOOLS: Tools = Tools {
    suggest,
    mutations,
    examples: |_| None,
    far_fetched: |_, _, _| None,
    far_fetched_together: |_, _| None,
};

/// One patch that promises so much, and useless edits behind it.
fn one_of(source: &Source, promise: f64) -> Vec<Suggestion> {
    let useless = (0..150).map(|number| put(source, &format!("_{number}"), 0.01));
    [put(source, "<4><5>#a", promise)].into_iter().chain(useless).collect()
}

fn bench<'a>(imitation: &'a Imitation, cancel: &'a CancellationToken) -> Bench<'a> {
    Bench {
        backend: imitation,
        cancel,
        layer: None,
        name: "a search".to_owned(),
        language: Language::Python,
        time: USUAL_TIME,
        failing: Vec::new(),
        limits: Limits::default(),
        tools: TOOLS,
        is_late: AtomicBool::new(false),
    }
}

async fn searched(code: &str) -> (Sought, Imitation) {
    searched_with(TOOLS, code).await
}

async fn searched_with(tools: Tools, code: &str) -> (Sought, Imitation) {
    let imitation = Imitation::default();
    let cancel = CancellationToken::new();
    let bench = Bench { tools, ..bench(&imitation, &cancel) };
    let sought = search::search(&bench, &source(code)).await.unwrap();
    (sought, imitation)
}

/// Whoever reads the end is told that more time may help.
#[tokio::test]
async fn a_search_whose_time_is_over_says_so() {
    let imitation = Imitation::default();
    let cancel = CancellationToken::new();
    for (time, is_late) in [(USUAL_TIME, false), (Duration::ZERO, true)] {
        let bench = Bench { time, ..bench(&imitation, &cancel) };

        search::search(&bench, &source("<4>")).await.unwrap();

        assert_eq!(bench.is_late.into_inner(), is_late, "{time:?}");
    }
}

/// What fails where edits are tried and passes under pytest would hold up every patch.
#[tokio::test]
async fn a_test_that_fails_in_the_search_alone_does_not_count_and_those_that_fail_come_first() {
    let imitation = Imitation::default();
    let cancel = CancellationToken::new();
    let bench = Bench { failing: vec![id(4)], ..bench(&imitation, &cancel) };

    let sought = search::search(&bench, &source("<0><1><2><3>")).await.unwrap();

    assert_eq!(code(&sought.found.unwrap()), "<0><1><2><3><4>");
    let asked = imitation.asked.lock().unwrap();
    let first = asked.iter().find_map(|probe| match &probe.question {
        Question::Trace(first) => Some(first.clone()),
        _ => None,
    });
    assert_eq!(first, Some(vec![id(4)]));
}

async fn mended(code: &str) -> Sought {
    let imitation = Imitation::default();
    let cancel = CancellationToken::new();
    rounds::mend(&bench(&imitation, &cancel), &source(code)).await.unwrap()
}

fn code(found: &Found) -> String {
    found.patched.source.text_of(Role::Code)
}

#[tokio::test]
async fn the_most_promising_patch_is_chosen_and_other_behaviours_are_shown() {
    let (sought, _) = searched("<0><1><2><3>").await;

    let found = sought.found.unwrap();

    assert_eq!(code(&found), "<0><1><2><3><4><5>#a");
    assert_eq!((found.rank, found.behaviours, sought.candidates), (Some(157), Some(2), 159));
    assert_eq!(found.confidence, Some(Confidence::HeldBack));
    let others: Vec<String> =
        found.others.iter().map(|other| other.source.text_of(Role::Code)).collect();
    assert_eq!(others, ["<0><1><2><3><4><5>#b"]);
    let separating = SeparatingInput {
        call: "f(1)".to_owned(),
        answers: vec!["'a'".to_owned(), "'b'".to_owned()],
    };
    assert_eq!(found.separating, Some(separating));
}

#[tokio::test]
async fn patches_for_which_there_was_no_time_are_not_said_to_behave_alike() {
    let (sought, _) = searched("<0><1><2><3>^").await;

    let found = sought.found.unwrap();

    assert_eq!((found.behaviours, found.others, found.separating), (None, vec![], None));
}

#[tokio::test]
async fn a_patch_beside_which_hardly_any_was_tried_is_not_said_to_behave_like_all() {
    let (sought, _) = searched("<0><1><2><3>$").await;

    let found = sought.found.unwrap();

    assert_eq!((found.first_rank, sought.candidates), (Some(157), 157));
    assert_eq!(found.behaviours, None);
}

#[tokio::test]
async fn a_far_fetched_patch_is_not_said_to_behave_like_all() {
    let code = "<0><1><2><3>";
    let usual = Tools { mutations: |source, _, _| one_of(source, 0.6), ..TOOLS };
    let far_fetched = Tools { mutations: |source, _, _| one_of(source, 0.4), ..TOOLS };

    let (usual, _) = searched_with(usual, code).await;
    let (far_fetched, _) = searched_with(far_fetched, code).await;

    let told = [usual, far_fetched].map(|sought| sought.found.unwrap().behaviours);
    assert_eq!(told, [Some(1), None]);
}

#[tokio::test]
async fn edits_that_cannot_matter_to_a_failing_test_are_tried_last() {
    let (sought, imitation) = searched("<0><1><2><3>%").await;

    let found = sought.found.unwrap();

    // Six words come first, for they promise more.
    assert_eq!((found.first_rank, found.rank, sought.candidates), (Some(7), Some(7), 159));
    let asked = imitation.asked.lock().unwrap();
    let cases = asked.iter().find_map(|probe| match &probe.question {
        Question::Infect(question) => Some(question.cases.clone()),
        Question::Trace(_) | Question::Try(_) | Question::Compare(_) => None,
    });
    assert_eq!(cases.unwrap(), [4, 5, 0, 1, 2, 3].map(id));
}

#[tokio::test]
async fn two_edits_are_joined_where_one_helps_a_little() {
    let (sought, _) = searched("<0><1><2>").await;

    let found = sought.found.unwrap();

    // The first edit of the pair gives the two words, the second one the last.
    assert!(code(&found).contains("<4><5>") && code(&found).contains("<3>"), "{}", code(&found));
    assert_eq!(found.patched.operator, "put+put");
    assert!(sought.candidates > 159, "{}", sought.candidates);
}

#[tokio::test]
async fn what_helps_a_little_is_kept_where_nothing_helps_wholly() {
    let (sought, _) = searched("").await;

    let found = sought.found.unwrap();

    assert_eq!((code(&found).as_str(), found.confidence), ("<4><5>#a", None));
}

#[tokio::test]
async fn a_slow_fix_is_waited_for_where_no_quick_one_is_whole() {
    let sought = mended("<0><1><2><3><4>~").await;

    // Two were tried, and the one that ran out of time once more.
    assert_eq!(code(&sought.found.unwrap()), "<0><1><2><3><4>~<5>");
    assert_eq!(sought.candidates, 3);
}

#[tokio::test]
async fn slow_edits_are_waited_for_where_nothing_else_passes() {
    let (sought, _) = searched("<0><1><2><3>~").await;

    let found = sought.found.unwrap();

    // All 159 run out of time or pass too little; of the nine that are waited for the seventh passes everything.
    assert_eq!(code(&found), "<0><1><2><3>~<4><5>#a");
    assert_eq!((found.rank, sought.candidates), (Some(166), 166));
}

#[tokio::test]
async fn stages_grow_and_time_is_bounded() {
    let (_, imitation) = searched("<0><1><2><3>").await;

    let asked = imitation.asked.lock().unwrap();
    let tries: Vec<usize> = asked
        .iter()
        .filter_map(|probe| match &probe.question {
            Question::Try(question) => Some(question.candidates.len()),
            Question::Trace(_) | Question::Infect(_) | Question::Compare(_) => None,
        })
        .collect();
    assert_eq!(tries, [16, 24, 60, 59]);
    assert!(asked.iter().all(|probe| probe.limits.tests_ms <= 10_000));
}

#[tokio::test]
async fn code_that_passes_or_does_not_parse_is_not_searched() {
    for code in ["<0><1><2><3><4><5>", "(<0>"] {
        let (sought, _) = searched(code).await;

        assert_eq!(sought, Sought::default(), "{code}");
    }
}

#[tokio::test]
async fn complaints_are_mended_one_after_the_other() {
    let sought = mended("(<0><1><2>").await;

    let found = sought.found.unwrap();

    assert_eq!(code(&found), "(<0><1><2>)<3><4><5>");
    assert_eq!(found.patched.operator, "put+put+put+put");
    assert_eq!(sought.candidates, 8);
}

#[tokio::test]
async fn rounds_end_and_keep_what_was_gained() {
    let sought = mended("(<0>").await;

    // Four rounds mend four of the six complaints.
    assert_eq!(code(&sought.found.unwrap()), "(<0>)<1><2><3>");
    assert_eq!(mended("<0><1><2><3><4><5>").await, Sought::default());
}

#[tokio::test]
async fn a_cancelled_search_ends() {
    let imitation = Imitation::default();
    let cancel = CancellationToken::new();
    cancel.cancel();

    let ended = search::search(&bench(&imitation, &cancel), &source("")).await;

    assert!(matches!(ended, Err(SandboxError::Cancelled)));
}
