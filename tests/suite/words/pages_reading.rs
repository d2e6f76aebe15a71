//! Pages of commands that look at the record.

use super::screen::{masked, typed};
use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

/// A proposal with two revisions, of which the second fails.
async fn refined(house: &House) {
    house.tested().await;
    house.reply("def add(a, b):\n    return a - b\n", TESTS);
    house.line("/refine-code @ put the minus back").await.data();
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    house.line("/sandbox-code @").await.data();
}

#[tokio::test]
async fn no_proposals() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/list-proposals").await, @"
    There are no proposals yet.

    next: /propose-code <what you need>  makes the first one
    ");
}

#[tokio::test]
async fn some_proposals() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    refined(&house).await;
    house.reply(CODE, TESTS);
    house
        .line("/propose-code a parser for lines of a log that hold a date, a level and a text")
        .await
        .data();

    insta::assert_snapshot!(typed(&house, "/list-proposals").await, @"
    id                     status       verdict  created   request
    proposal_[___id___]  ⏳ pending            just now  a parser for lines of a
                                                           log that hold a date, a
                                                           level and a …
    proposal_[___id___]  🧪 tested    FAILED   just now  an adder for two numbers
    proposal_[___id___]  ✅ approved  PASSED   just now  an adder for two numbers

    3 of 3 proposals
    ");
}

#[tokio::test]
async fn a_search_without_result() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;

    insta::assert_snapshot!(typed(&house, "/list-proposals --search frog").await, @r#"
    No proposal fits --search "frog".

    next: /list-proposals  lists all of them
    "#);
}

#[tokio::test]
async fn a_proposal_is_shown() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;

    insta::assert_snapshot!(typed(&house, "/show-code @").await, @"
    Proposal proposal_[___id___]
    Request       an adder for two numbers
    Status        ✅ approved
    Revision      1 of 1 (generated)
    Content hash  [hash]
    Module        adder_two_numbers
    Stored        2026-11-20T08:47:00.[_]Z

    | It adds.

    adder_two_numbers.py (code)

    1 | def add(a, b):
    2 |     return a + b

    test_adder_two_numbers.py (test)

    1 | from adder import add
    2 |
    3 |
    4 | def test_add():
    5 |     assert add(1, 2) == 3

    - 2026-11-20T08:47:00.[_]Z revision 1 approved by owner (record 7)
    ");
}

#[tokio::test]
async fn two_revisions_are_compared() {
    let _masked = masked();
    let house = House::new();
    refined(&house).await;

    insta::assert_snapshot!(typed(&house, "/diff-code @").await, @"
    proposal_[___id___] 1..2
    --- a/adder_two_numbers.py
    +++ b/adder_two_numbers.py
    @@ -1,2 +1,2 @@
     def add(a, b):
    -    return a + b
    +    return a - b
    ");
}

#[tokio::test]
async fn the_history_of_a_proposal() {
    let _masked = masked();
    let house = House::new();
    refined(&house).await;

    insta::assert_snapshot!(typed(&house, "/refinement-history @").await, @"
    proposal_[___id___]: 2 revisions
    Revision  2
    Time      2026-11-20T08:47:00.[_]Z
    How       refined
    Verdict   FAILED
    Tests     1/2
    Cost      150 tokens
    Cause     put the minus back

    Revision  1
    Time      2026-11-20T08:47:00.[_]Z
    How       generated
    Verdict   PASSED
    Tests     2/2
    Cost      150 tokens
    Cause     the request

    next: /diff-code proposal_[___id___] 1..2
      shows the difference between these two
    ");
}

#[tokio::test]
async fn improvements_of_what_passed() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;

    insta::assert_snapshot!(typed(&house, "/suggest-improvements @").await, @"
    proposal_[___id___] revision 1
    no mutants were tried: the backend fake is not available: it answers no quick
    questions

    Weight  Place  What                                Hint
    medium         the evidence is merely observed     Compare results with literal
                                                       values (`assert f(2) == 4`),
                                                       which controls can change.
    medium         coverage is 80 %: 4 of 5 lines run  Add tests that reach the
                                                       lines below.
    ");
}

#[tokio::test]
async fn improvements_of_what_failed() {
    let _masked = masked();
    let house = House::new();
    refined(&house).await;

    insta::assert_snapshot!(typed(&house, "/suggest-improvements @").await, @"
    proposal_[___id___] revision 2
    no mutants were tried: the tests fail already

    Weight  high
    What    the newest execution did not pass: 1 of 2 tests fail: results are wrong,
            such as AssertionError: assert -1 == 3
    Hint    Repair it first: `/auto-refine <id>` or `/refine-code <id>`.

    Weight  medium
    What    the evidence is merely observed
    Hint    Compare results with literal values (`assert f(2) == 4`), which controls
            can change.

    Weight  medium
    What    coverage is 80 %: 4 of 5 lines run
    Hint    Add tests that reach the lines below.
    ");
}

#[tokio::test]
async fn a_report() {
    let _masked = masked();
    let house = House::new();
    refined(&house).await;

    insta::assert_snapshot!(typed(&house, "/report-code @").await, @"
    proposal_[___id___] revision 2
    Verdict       FAILED
    Executed      2026-11-20T08:47:00.[_]Z (exec_[___id___])
    Content hash  [hash]
    Reasons       tests (a test failed, or its set-up raised)
    Ended         completed
    Tests         2 collected, 2 run, 1 passed, 1 failed, 0 errors, 0 skipped, 0
                  expected failures
    Coverage      80.0 % (4/5)
    Lint          pylint 4.0.1 9.50/10, 0 messages
    Integrity     observed
    Backend       fake
    Time          [n] ms (queue, spawn, tests, lint, first, controls)

    failed: test_adder.py::test_two

    | E   assert -1 == 3

    Recent  2 executions of the home, part by part
    p50     [n] ms (queue, spawn, tests, lint, first, controls)
    p95     [n] ms (queue, spawn, tests, lint, first, controls)

    next: /auto-refine proposal_[___id___]
      repairs it, without a model where it can
    next: /refine-code proposal_[___id___] --code FILE <why>
      stores your own correction
    next: /refine-code proposal_[___id___] <feedback>
      asks a model server for another revision
    ");
}

#[tokio::test]
async fn a_report_in_markdown() {
    let _masked = masked();
    let house = House::new();
    refined(&house).await;

    insta::assert_snapshot!(typed(&house, "/report-code @ --format markdown").await, @r"
    # Report on proposal_[___id___] revision 2

    ```text
    an adder for two numbers
    ```

    | | |
    | --- | --- |
    | Verdict | FAILED |
    | Executed | 2026-11-20T08:47:00.[_]Z (exec\_[___id___]) |
    | Content hash | [hash] |
    | Reasons | tests (a test failed, or its set-up raised) |
    | Ended | completed |
    | Tests | 2 collected, 2 run, 1 passed, 1 failed, 0 errors, 0 skipped, 0 expected failures |
    | Coverage | 80.0 % (4/5) |
    | Lint | pylint 4.0.1 9.50/10, 0 messages |
    | Integrity | observed |
    | Backend | fake |
    | Time | [n] ms (queue, spawn, tests, lint, first, controls) |
    | Recent | 2 executions of the home, part by part |
    | p50 | [n] ms (queue, spawn, tests, lint, first, controls) |
    | p95 | [n] ms (queue, spawn, tests, lint, first, controls) |
    | Status | tested |

    ## Failed tests

    ### test\_adder.py::test\_two

    ```text
    E   assert -1 == 3
    ```


    ## Sandbox

    | layer | established |
    | --- | --- |
    ");
}

#[tokio::test]
async fn statistics() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    refined(&house).await;

    insta::assert_snapshot!(typed(&house, "/code-stats").await, @"
    Statistics
    Total proposals    2
    By status          0 pending, 1 tested, 1 approved, 0 rejected
    Executions         3
    Test success rate  66.7 %
    Average coverage   80.0 %
    Model calls        3 (360 tokens sent, 90 received, cost unknown)
    ");
}

#[tokio::test]
async fn statistics_of_an_empty_home() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/code-stats").await, @"
    Statistics
    Total proposals    0
    By status          0 pending, 0 tested, 0 approved, 0 rejected
    Executions         0
    Test success rate  none yet
    Average coverage   none yet
    Model calls        none
    ");
}

#[tokio::test]
async fn statistics_by_model_with_a_plot() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    refined(&house).await;

    insta::assert_snapshot!(typed(&house, "/code-stats --by model --plot").await, @"
    Statistics
    Total proposals    2
    By status          0 pending, 1 tested, 1 approved, 0 rejected
    Executions         3
    Test success rate  66.7 %
    Average coverage   80.0 %
    Model calls        3 (360 tokens sent, 90 received, cost unknown)

             proposals  executions  success  coverage  calls
    model-1  2          3           66.7 %   80.0 %    3

    Executions a day
    ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠁  3
    2026-11-20

    Passed a day
    ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠁  2
    2026-11-20
    ");
}
