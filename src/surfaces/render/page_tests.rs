//! Tests of pages as people see them, and of hostile text in them.
//!
//! The property test puts terminal sequences into every block: nothing but our own colours may come out.

use proptest::prelude::*;

use crate::surfaces::render::ink::{Icons, Ink, Look, Typing};
use crate::surfaces::render::page::draw;
use work::contract::page::{Block, Cell, Page, Tone};

const SCREEN: Look =
    Look { width: Some(44), ink: Ink::Plain, icons: Icons::Shown, typing: Typing::Session };
const COLOURS: Look =
    Look { width: Some(60), ink: Ink::Colour, icons: Icons::Shown, typing: Typing::Session };

fn house() -> Page {
    let head = ["id", "status", "request"].map(str::to_owned).to_vec();
    let row = |id: &str, (state, icon): (&str, char), request: &str| {
        vec![Cell::from(id), Cell::toned(state, Tone::Good).with_icon(icon), Cell::from(request)]
    };
    let rows = vec![
        row(
            "proposal_7c2e91aa0b1d",
            ("approved", '✅'),
            "a CSV parser that handles\nquoted fields",
        ),
        row("proposal_01", ("pending", '⏳'), "x"),
    ];
    Page::new()
        .title("Proposals")
        .block(Block::Table { head, rows })
        .fields([("tests", Cell::toned("2 passed", Tone::Good)), ("coverage", "100 %".into())])
        .block(Block::List(vec!["one".into(), "two\nlines".into()]))
        .block(Block::Quote("out\u{1b}[31m\n\nend\n".to_owned()))
        .block(Block::Diff("--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n".to_owned()))
        .next(["/report-code @"])
}

#[test]
fn a_page_fits_the_screen() {
    insta::assert_snapshot!(draw(&house(), &SCREEN), @r"
    Proposals
    id       proposal_7c2e91aa0b1d
    status   ✅ approved
    request  a CSV parser that handles
             quoted fields

    id       proposal_01
    status   ⏳ pending
    request  x

    tests     2 passed
    coverage  100 %

    - one
    - two
      lines

    | out\x1b[31m
    |
    | end

    --- a
    +++ b
    @@ -1 +1 @@
    -x
    +y

    next: /report-code @
    ");
}

#[test]
fn a_pipe_gets_words_without_icons_and_whole_lines() {
    insta::assert_snapshot!(draw(&house(), &Look::PLAIN), @r"
    Proposals
    id                     status    request
    proposal_7c2e91aa0b1d  approved  a CSV parser that handles quoted fields
    proposal_01            pending   x

    tests     2 passed
    coverage  100 %

    - one
    - two
      lines

    | out\x1b[31m
    |
    | end

    --- a
    +++ b
    @@ -1 +1 @@
    -x
    +y

    next: /report-code @
    ");
}

#[test]
fn tones_have_colours() {
    insta::assert_snapshot!(draw(&house(), &COLOURS).replace('\u{1b}', "^"), @r"
    ^[1mProposals^[0m
    ^[1mid^[0m                     ^[1mstatus^[0m       ^[1mrequest^[0m
    proposal_7c2e91aa0b1d  ^[32m✅ approved^[0m  a CSV parser that
                                        handles quoted fields
    proposal_01            ^[32m⏳ pending^[0m   x

    ^[2mtests^[0m     ^[32m2 passed^[0m
    ^[2mcoverage^[0m  100 %

    - one
    - two
      lines

    ^[2m|^[0m out\x1b[31m
    ^[2m|^[0m
    ^[2m|^[0m end

    ^[1m--- a^[0m
    ^[1m+++ b^[0m
    ^[36m@@ -1 +1 @@^[0m
    ^[31m-x^[0m
    ^[32m+y^[0m

    ^[2mnext:^[0m /report-code @
    ");
}

#[test]
fn a_chart_has_its_ends_labelled() {
    let point = |day: &str, value| (day.to_owned(), value);
    let points = vec![point("05-01", 1), point("05-02", 7), point("05-03", 3)];
    let chart = Page::new().block(Block::Chart { title: "Executions".to_owned(), points });

    insta::assert_snapshot!(draw(&chart, &SCREEN), @"
    Executions
            ⢀⠔⠉⠢⡀         7
           ⡠⠊   ⠈⠢⡀
         ⢀⠔⠁      ⠈⠒⢄
        ⡠⠊           ⠑⢄
      ⢀⠔⠁              ⠑⠄
     ⡠⠊
    ⡔⠁                    0
    05-01          05-03
    ");
    insta::assert_snapshot!(draw(&chart, &Look::PLAIN), @"
    Executions
    05-01  1
    05-02  7
    05-03  3
    ");
}

#[test]
fn a_single_day_is_drawn_as_level() {
    let points = vec![("2026-11-20".to_owned(), 3)];
    let chart = Page::new().block(Block::Chart { title: "t".to_owned(), points });

    let drawn = draw(&chart, &SCREEN);

    assert!(drawn.chars().any(|symbol| ('\u{2801}'..='\u{28ff}').contains(&symbol)), "{drawn}");
    assert_eq!(drawn.matches("2026-11-20").count(), 1, "{drawn}");
}

#[test]
fn charts_without_spread_are_drawn() {
    for values in [[0, 0], [-3, -3], [i64::MAX, i64::MIN]] {
        let points = values.map(|value| ("d".to_owned(), value)).to_vec();
        let page = Page::new().block(Block::Chart { title: "t".to_owned(), points });
        assert!(draw(&page, &SCREEN).starts_with("t\n"));
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        Just("\u{1b}[2J".to_owned()),
        Just("\u{1b}]0;x\u{7}".to_owned()),
        Just("\u{9b}31m\r".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("\n\"\"\"'#+-@".to_owned()),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn block() -> impl Strategy<Value = Block> {
    let cell = || {
        (hostile(), prop_oneof![Just(Tone::Plain), Just(Tone::Bad), Just(Tone::Dim)])
            .prop_map(|(text, tone)| Cell::toned(text, tone))
    };
    prop_oneof![
        hostile().prop_map(Block::Title),
        hostile().prop_map(Block::Diff),
        hostile().prop_map(Block::Quote),
        hostile().prop_map(Block::Document),
        cell().prop_map(Block::Text),
        (hostile(), hostile()).prop_map(|(text, language)| Block::Code {
            language: format!("python{language}"),
            text
        }),
        hostile().prop_map(|text| Block::Code { language: "python".to_owned(), text }),
        proptest::collection::vec((hostile(), cell()), 0..3).prop_map(Block::Fields),
        proptest::collection::vec(cell(), 0..3).prop_map(Block::List),
        proptest::collection::vec(hostile(), 0..3).prop_map(Block::Next),
        (proptest::collection::vec(hostile(), 2), proptest::collection::vec(cell(), 2))
            .prop_map(|(head, row)| Block::Table { head, rows: vec![row] }),
        (hostile(), proptest::collection::vec((hostile(), any::<i64>()), 0..4))
            .prop_map(|(title, points)| Block::Chart { title, points }),
    ]
}

/// Takes our own colours away and returns the rest.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |kept, piece| {
        let (code, rest) = piece.split_once('m').unwrap();
        assert!(code.chars().all(|symbol| symbol.is_ascii_digit() || symbol == ';'), "{code:?}");
        kept + rest
    })
}

proptest! {
    #[test]
    fn nothing_but_our_own_colours_acts_on_the_terminal(blocks in proptest::collection::vec(block(), 0..4)) {
        let page = Page { blocks };
        for look in [SCREEN, COLOURS, Look::PLAIN] {
            let text = without_colours(&draw(&page, &look));
            prop_assert!(text.chars().all(|symbol| matches!(symbol, '\n' | '\t') || !symbol.is_control()), "{text:?}");
            prop_assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{2066}']), "{text:?}");
        }
    }
}
