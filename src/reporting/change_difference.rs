//! The difference of a change against its base, as an owner signs it.
//!
//! Every touched path is there: text as a unified diff, anything else by sizes and digests; modes, and what is created, deleted or
//! renamed, stand in its head. Both sides are part of the change, so no repository is needed to show it.

use similar::TextDiff;

use record::domain::changeset::{Changeset, Side, Touched};

/// Writes the difference of a change against its base, by path.
pub fn against_base(change: &Changeset) -> String {
    change.touched().iter().map(|touched| path_diff(change, touched)).collect()
}

fn path_diff(change: &Changeset, touched: &Touched) -> String {
    let path = &touched.path;
    let mut head = format!("diff {path}\n");
    match (&touched.before, &touched.after) {
        (None, Some(after)) => {
            head.push_str(&format!("created, mode {}\n", after.mode));
            let source = renamed(change, after);
            if let Some(source) = source {
                head.push_str(&format!("the bytes of {}, which is deleted\n", source.path));
            }
        }
        (Some(before), None) => head.push_str(&format!("deleted, mode {}\n", before.mode)),
        (Some(before), Some(after)) if before.mode != after.mode => {
            head.push_str(&format!("mode {} becomes {}\n", before.mode, after.mode));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    head + &content_diff(touched)
}

/// The path that the change deletes and that had these bytes.
fn renamed<'a>(change: &'a Changeset, side: &Side) -> Option<&'a Touched> {
    let is_source = |other: &&Touched| {
        let before = other.before.as_ref().filter(|_| other.after.is_none());
        before.is_some_and(|before| !before.content.is_empty() && before.content == side.content)
    };
    change.touched().iter().find(is_source)
}

fn content_diff(touched: &Touched) -> String {
    let content = |side: &Option<Side>| side.as_ref().map(|side| side.content.clone());
    let (before, after) = (content(&touched.before), content(&touched.after));
    if before == after {
        return String::new();
    }
    let text = |bytes: &Option<std::sync::Arc<[u8]>>| match bytes {
        None => Some(String::new()),
        Some(bytes) if bytes.contains(&0) => None,
        Some(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
    };
    let name = |side: &str, there: bool| {
        if there { format!("{side}/{}", touched.path) } else { "/dev/null".to_owned() }
    };
    match (text(&before), text(&after)) {
        (Some(old), Some(new)) => {
            let (a, b) = (name("a", before.is_some()), name("b", after.is_some()));
            TextDiff::from_lines(&old, &new).unified_diff().header(&a, &b).to_string()
        }
        _ => {
            let told = |side: &Option<Side>| match side {
                Some(side) => format!("{} bytes, {}", side.content.len(), side.digest()),
                None => "nothing".to_owned(),
            };
            format!("no text: {} becomes {}\n", told(&touched.before), told(&touched.after))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::changeset::{Base, Mode};
    use record::domain::role::Role;

    #[test]
    fn every_touched_path_is_shown_with_what_becomes_of_it() {
        let side = |bytes: &[u8]| Some(Side::file(bytes));
        let touched = |path: &str, before, after| Touched {
            path: path.parse().unwrap(),
            role: Role::Code,
            before,
            after,
        };
        let run = Some(Side { mode: Mode::Executable, content: b"x\n"[..].into() });
        let id = |digit: &str| digit.repeat(40).parse().unwrap();
        let base = Base { commit: id("a"), tree: id("b") };
        let paths = vec![
            touched("a.py", side(b"x = 1\n"), side(b"x = 2\n")),
            touched("b.bin", side(&[0, 1]), side(&[0, 2, 3])),
            touched("c.sh", side(b"x\n"), run),
            touched("new.py", None, side(b"same\n")),
            touched("old.py", side(b"same\n"), None),
        ];
        let change = Changeset::new("shop".parse().unwrap(), base, paths).unwrap();

        let text = against_base(&change);

        for wanted in [
            "diff a.py\n--- a/a.py\n+++ b/a.py\n",
            "-x = 1\n+x = 2\n",
            "diff b.bin\nno text: 2 bytes, sha256:",
            "diff c.sh\nmode 100644 becomes 100755\ndiff",
            "diff new.py\ncreated, mode 100644\nthe bytes of old.py, which is deleted\n",
            "diff old.py\ndeleted, mode 100644\n--- a/old.py\n+++ /dev/null\n",
        ] {
            assert!(text.contains(wanted), "{wanted:?} in {text}");
        }
    }
}
