//! `/audit report`.

use serde_json::Value;
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing};
use crate::support::house::House;
use crate::surfaces::process::Home;

/// An unsigned decision (6), the owner's key (7), an approval of nothing that was ever tested (8), as older versions could record
/// them; then an approval (9), an override with a hostile reason (15), taken back (16).
async fn busy() -> House {
    let house = House::new();
    let first = house.tested().await;
    house.append_unsigned().await;
    house.enrol().await;
    house.sign_approval().await;
    let hash = house.hash(&first).await;
    house.line(&format!("/approve-code {first} --yes --expect {hash}")).await.data();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = house.hash(&id).await;
    let reason = "=HYPERLINK(\"x\") <script>alert(1)</script>";
    house
        .line(&format!("/approve-code {id} --yes --expect {hash} --despite '{reason}'"))
        .await
        .data();
    house.line(&format!("/revoke-approval {id} second thoughts")).await.data();
    house
}

fn seqs(rows: &[Value]) -> Vec<u64> {
    rows.iter().map(|row| row["deed"]["seq"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_population_is_complete_and_each_decision_has_its_grounds() {
    let house = busy().await;

    let data = house.line("/audit report").await.data();

    let decisions = data["decisions"].as_array().unwrap();
    let changes = data["population"].as_array().unwrap();
    let words: Vec<&str> = decisions.iter().map(|one| one["decision"].as_str().unwrap()).collect();
    assert_eq!(words, ["approved", "approved", "approved", "approved_despite", "revoked"]);
    assert_eq!(seqs(decisions), [6, 8, 9, 15, 16]);
    assert_eq!(changes.len(), 2, "{changes:#?}");
    assert_eq!(data["completeness"]["log_entries"], 17);
    assert_eq!(
        (&data["completeness"]["first"], &data["completeness"]["last"]),
        (&0.into(), &16.into())
    );
    assert_eq!((&decisions[2]["evidence"], &decisions[2]["is_self"]), (&5.into(), &true.into()));
    assert_eq!(decisions[3]["undone"], "revoked at entry 16");
    assert_eq!(
        (&decisions[1]["evidence"], &decisions[1]["assurance"]),
        (&Value::Null, &"low".into())
    );
    assert_eq!(changes[1]["verdict"], "failed");
    assert_eq!(changes[1]["requested"]["by"], "owner");
}

#[tokio::test]
async fn sections_stand_on_the_page_even_when_they_are_empty() {
    let empty = House::new();
    let house = busy().await;

    let none = empty.line("/audit report").await.page();
    let page = house.line("/audit report").await.page();

    for title in [
        "Overrides",
        "Self-approvals",
        "without a verdict",
        "without an owner's signature",
        "low or unknown",
        "revoked",
        "without the quorum",
        "Restores",
        "Clock jumps",
        "Keys",
        "Policy",
        "uncertain time",
        "Applications",
        "Population",
    ] {
        assert!(none.contains(title) && page.contains(title), "{title}: {none}");
    }
    assert_eq!(none.matches("None.").count(), 14, "{none}");
    assert_eq!(page.matches("None.").count(), 6, "{page}");
}

#[tokio::test]
async fn what_was_written_and_taken_out_again_is_told() {
    let house = House::new();
    let id = house.approved().await;
    let folder = house.beside("written");
    std::fs::create_dir(&folder).unwrap();
    let order =
        format!("{id} --folder {} --yes --expect {}", folder.display(), house.hash(&id).await);
    house.line(&format!("/apply-code {order}")).await.data();
    house.line(&format!("/rollback-code {order}")).await.data();

    let acts = house.line("/audit report").await.data()["acts"].as_array().unwrap().clone();

    let told = acts.iter().filter(|act| act["sort"] == "application");
    let told: Vec<&str> = told.map(|act| act["what"].as_str().unwrap()).collect();
    let [begun, wrote, taking, took] = told[..] else { panic!("{told:?}") };
    let place = format!("the folder {}, 2 files", folder.display());
    assert_eq!(begun, format!("began to write {id} r1 into {place}"));
    assert!(wrote.starts_with(&format!("wrote {id} r1, as entry ")), "{wrote}");
    assert_eq!(taking, format!("began to take {id} r1 out of {place}"));
    assert!(took.starts_with(&format!("took out {id} r1, as entry ")), "{took}");
}

#[tokio::test]
async fn a_report_on_an_empty_home_says_that_nobody_signed() {
    let home = Home::new();
    let report = |format: &str| home.saraphina(&["audit", "report", "--format", format]).out;

    let page = home.saraphina(&["audit", "report"]).out;
    let seal: Value = serde_json::from_str(&report("json")).unwrap();

    assert!(page.contains("0 entries, all verified, signed by nobody, as it is empty"), "{page}");
    assert!(report("csv").contains("root none signed by nobody, as it is empty"));
    assert!(report("html").contains("<code>nobody, as it is empty</code>"));
    assert_eq!(
        (&seal["completeness"]["root"], &seal["completeness"]["signed_by"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn tables_and_pages_do_nothing_when_they_are_opened() {
    let house = busy().await;
    let text = async |format: &str| {
        let data = house.line(&format!("/audit report --format {format}")).await.data();
        data["document"].as_str().unwrap().to_owned()
    };
    let (csv, html, json) = (text("csv").await, text("html").await, text("json").await);

    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")"), "{csv}");
    let columns = |line: &str| line.split("\",\"").count();
    assert!(csv.split_terminator("\r\n").all(|line| columns(line) == 23), "{csv}");
    assert!(csv.contains("an adder for two numbers"), "{csv}");
    assert!(!csv.contains("agent agent"), "{csv}");
    assert!(csv.contains("\"override\"") && csv.contains("\"population\""), "{csv}");
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;alert(1)"), "{html}");
    assert!(
        !html.contains("http:") && !html.contains("https:") && !html.contains(" src="),
        "{html}"
    );
    assert_eq!(
        serde_json::from_str::<Value>(&json).unwrap()["decisions"].as_array().unwrap().len(),
        5
    );
    assert!(
        House::new().line("/audit report --format csv").await.data()["document"]
            .as_str()
            .unwrap()
            .contains("\"self_approval\",\"\"")
    );
}

#[tokio::test]
async fn the_days_bound_the_report_and_a_broken_record_gives_none() {
    let house = busy().await;

    let after = house.line("/audit report --from 2026-11-21").await.data();
    let day = house.line("/audit report --from 2026-11-20 --to 2026-11-20").await.data();
    assert_eq!(after["population"].as_array().unwrap().len(), 0);
    assert_eq!(
        (&after["completeness"]["first"], &after["completeness"]["log_entries"]),
        (&Value::Null, &17.into())
    );
    assert_eq!(day["decisions"].as_array().unwrap().len(), 5);
    for line in ["--from tomorrow", "--from 2026-11-21 --to 2026-11-20"] {
        let refusal = house.line(&format!("/audit report {line}")).await.refusal();
        assert_eq!(refusal.0, ErrorKind::Usage, "{line}");
    }
    assert_eq!(house.line("/audit log --from 2026-11-21").await.refusal().0, ErrorKind::Usage);
    house.tamper("UPDATE audit_log SET record = CAST(replace(CAST(record AS TEXT), 'adder', 'badder') AS BLOB) WHERE seq = 1").await;
    assert_eq!(house.line("/audit report").await.refusal().0, ErrorKind::Integrity);
}
