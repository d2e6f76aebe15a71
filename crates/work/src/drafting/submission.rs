//! Makes the first revision of files that somebody gives.
//!
//! The caller's process reads the files, because the engine may be another one; they travel as text, or as hex where they
//! are not UTF-8. Paths of support files are kept, because code refers to them.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::contract::command::Surroundings;
use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::relations::{is_given, put_back};
use crate::drafting::alike;
use crate::drafting::composition::{self, Missing};
use crate::drafting::draft::Draft;
use crate::drafting::languages;
use record::domain::entry_point::entry_point;
use record::domain::id::ProposalId;
use record::domain::proposal::Request;
use record::domain::revision::{Authorship, Revision};
use record::domain::role::Role;
use record::domain::shown;
use record::domain::source::{MAX_FILE_BYTES, MAX_FILES, MAX_SOURCE_BYTES, Source, SourceFile};
use record::domain::source_path::{SourcePath, is_of_git};

/// A file read by whoever sends the command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// A relative path.
    pub path: String,
    /// Its role among the files.
    pub role: Role,
    /// Its text, where it is UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Its bytes as lower-case hex, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_hex: Option<String>,
    /// Where it lies, absolute, told by whoever read it; a file of a repository keeps its place in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Makes of what was read before the options that named it, as the rules of a command line are about these.
pub fn as_typed(fields: &mut Map<String, Value>) {
    let has = |name| fields.get(name).is_some_and(is_given);
    let mut options = Vec::new();
    options.extend(has("diff_given").then_some("diff"));
    options.extend(has("context_given").then_some("context"));
    if has("taken") {
        options.push("folder");
    } else {
        let given = fields.get("given").and_then(Value::as_array);
        options.extend(given.into_iter().flatten().map(|file| {
            match file.get("role").and_then(Value::as_str) {
                Some("code") => "code",
                Some("test") => "tests",
                Some(_) | None => "file",
            }
        }));
    }
    for option in options {
        put_back(fields, option);
    }
}

impl Given {
    /// Reads a file of the caller's.
    ///
    /// Code and tests keep their file name; a support file keeps its relative path, and so does each of several.
    pub fn read(
        path: &Path,
        role: Role,
        limit: usize,
        surroundings: &dyn Surroundings,
    ) -> Result<Self, CommandError> {
        let bytes = surroundings.read(path, limit)?;
        let (content, content_hex) = match String::from_utf8(bytes) {
            Ok(text) => (Some(text), None),
            Err(error) => (None, Some(record::domain::digest::hex(error.as_bytes()))),
        };
        let place = place(path, surroundings);
        Ok(Self { path: stored_path(path, role), role, content, content_hex, place })
    }

    /// Its path in a folder that it lies in.
    pub fn inside(&self, folder: &Path) -> Option<String> {
        let inside = Path::new(self.place.as_ref()?).strip_prefix(folder).ok()?;
        inside.to_str().map(str::to_owned)
    }

    /// Returns its text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        self.bytes().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Counts its bytes.
    fn size(&self) -> usize {
        let digits = self.content_hex.as_ref().map_or(0, |digits| digits.len() / 2);
        self.content.as_ref().map_or(digits, String::len)
    }

    fn bytes(&self) -> Result<Vec<u8>, CommandError> {
        match (&self.content, &self.content_hex) {
            (Some(text), None) => Ok(text.clone().into_bytes()),
            (None, Some(digits)) => record::domain::digest::unhex(digits).ok_or_else(|| {
                CommandError::usage(format!("content_hex of {} is not lower-case hex", self.path))
            }),
            (None, None) | (Some(_), Some(_)) => Err(CommandError::usage(format!(
                "{} needs content or content_hex, one of them",
                self.path
            ))),
        }
    }

    fn file(&self) -> Result<SourceFile, CommandError> {
        let path: SourcePath = self.path.parse()?;
        Ok(SourceFile { path, role: self.role, content: self.bytes()? })
    }
}

/// Largest file of a proposal where no setting says otherwise, in MiB.
const USUAL_FILE_MIB: usize = 8;
/// The setting of the largest file.
const FILE_MIB: &str = "SARAPHINA_MAX_FILE_MIB";
/// The setting of all files together.
const SOURCE_MIB: &str = "SARAPHINA_MAX_SOURCE_MIB";

/// Files that a command line names, to be read in the caller's process.
#[derive(Debug, Default)]
pub struct Named {
    /// The code.
    pub code: Vec<PathBuf>,
    /// The tests.
    pub tests: Vec<PathBuf>,
    /// The files beside them.
    pub files: Vec<PathBuf>,
}

impl Named {
    /// Reads them all.
    ///
    /// Their relative paths are kept where there are several, and where one is part of a package.
    pub fn read(self, surroundings: &dyn Surroundings) -> Result<Vec<Given>, CommandError> {
        let is_single = self.code.len() < 2 && self.tests.len() < 2;
        let packaged = match self.code.as_slice() {
            [code] if is_single => self.tests.first().map(|tests| (code.clone(), tests.clone())),
            _ => None,
        };
        let code = self.code.into_iter().map(|path| (path, Role::Code));
        let tests = self.tests.into_iter().map(|path| (path, Role::Test));
        let files = self.files.into_iter().map(|path| (path, Role::Support));
        let mut given = code
            .chain(tests)
            .chain(files)
            .map(|(path, role)| {
                let given = Given::read(&path, role, MAX_FILE_BYTES, surroundings)?;
                let stored = stored_path(&path, if is_single { role } else { Role::Support });
                Ok(Given { path: stored, ..given })
            })
            .collect::<Result<Vec<_>, CommandError>>()?;
        if let Some((code, tests)) = packaged {
            keep_package(&mut given, &code, &tests);
        }
        Ok(given)
    }
}

/// Keeps the folder of a file that is part of a package: its own name says so, or the imports of its tests do.
fn keep_package(given: &mut [Given], code: &Path, tests: &Path) {
    let folder = code.parent().and_then(Path::file_name).map(|name| name.to_string_lossy());
    let Some(folder) = folder.filter(|folder| !folder.is_empty()) else { return };
    let is_of_package = matches!(
        code.file_name().and_then(|name| name.to_str()),
        Some("__init__.py" | "__main__.py")
    );
    let text = given.iter().find(|file| file.role == Role::Test).map(Given::text);
    if !is_of_package && !text.is_some_and(|text| languages::imports(&text, &folder)) {
        return;
    }
    for file in given {
        let path = match file.role {
            Role::Code => code,
            Role::Test => tests,
            Role::Support => continue,
        };
        file.path = match (file.role, path.is_relative()) {
            (_, true) => stored_path(path, Role::Support),
            (Role::Code, false) => format!("{folder}/{}", stored_path(path, Role::Code)),
            (Role::Test | Role::Support, false) => stored_path(path, Role::Test),
        };
    }
}

/// Where a file lies that has a place, links on the way followed.
fn place(path: &Path, surroundings: &dyn Surroundings) -> Option<String> {
    let name = path.file_name()?;
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = surroundings.whole(folder.unwrap_or_else(|| Path::new("."))).ok()?;
    folder.is_absolute().then(|| folder.join(name).to_str().map(str::to_owned)).flatten()
}

fn stored_path(path: &Path, role: Role) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match role {
        Role::Support if path.is_relative() => {
            path.to_string_lossy().trim_start_matches("./").to_owned()
        }
        Role::Code | Role::Test | Role::Support => name,
    }
}

/// Makes the first revision of given files; without a request, the name of the code says what it is.
///
/// Code without any tests is run by a suite of ours. `name` is that of a folder it came from.
pub fn draft(
    context: &Context,
    id: &ProposalId,
    typed: &str,
    name: Option<&str>,
    given: &[Given],
) -> Result<Draft, CommandError> {
    let source = source(context, given)?;
    let first = source.of_role(Role::Code).next().map(|file| &file.path);
    let code = entry_point(&source).or(first).cloned();
    let module = code.as_ref().and_then(SourcePath::known_as).unwrap_or("subject").to_owned();
    let called = || name.map(str::to_owned).or_else(|| code.clone().map(String::from));
    let request = match typed.trim() {
        "" => format!("submitted: {}", called().unwrap_or_default()),
        _ => Request::new(typed)?.as_str().to_owned(),
    };
    let (authorship, said) = (Authorship::submitted(), String::new());
    let revision = Revision::first(id.clone(), source, authorship, said, context.now());
    Ok(Draft { request, module, related: Vec::new(), revision, call: None })
}

/// Makes a source of given files alone; code without any tests is run by a suite of ours.
pub fn source(context: &Context, given: &[Given]) -> Result<Source, CommandError> {
    check_size(context, given)?;
    Ok(composition::with_suite(files(given)?, Missing::AllTests)?)
}

/// Refuses more, or larger, files than the settings allow.
fn check_size(context: &Context, given: &[Given]) -> Result<(), CommandError> {
    let most = at_most(context, "SARAPHINA_MAX_FILES", MAX_FILES, MAX_FILES)?;
    let file_mib = at_most(context, FILE_MIB, USUAL_FILE_MIB, MAX_FILE_BYTES >> 20)?;
    let all_mib = at_most(context, SOURCE_MIB, MAX_SOURCE_BYTES >> 20, MAX_SOURCE_BYTES >> 20)?;
    let refused = |message: String, hint: String| Err(CommandError::usage(message).hint(hint));
    let count = given.len();
    if count > most {
        return refused(
            format!("there are {count} files; at most {most} are taken"),
            format!(
                "Leave some out with --without PATH, or set SARAPHINA_MAX_FILES, which may be {MAX_FILES}."
            ),
        );
    }
    let sized = given.iter().map(|file| (file.size(), &file.path));
    let Some((bytes, path)) = sized.max() else { return Ok(()) };
    if bytes > file_mib << 20 {
        let most = MAX_FILE_BYTES >> 20;
        return refused(
            format!("{path} has {bytes} bytes; a file may have {file_mib} MiB"),
            format!("Leave it out with --without {path}, or set {FILE_MIB}, which may be {most}."),
        );
    }
    let total: usize = given.iter().map(Given::size).sum();
    if total > all_mib << 20 {
        let most = MAX_SOURCE_BYTES >> 20;
        return refused(
            format!("the files have {total} bytes together; {all_mib} MiB are taken"),
            format!(
                "The largest is {path}: leave it out with --without, or set {SOURCE_MIB}, which may be {most}."
            ),
        );
    }
    Ok(())
}

/// Reads a setting that bounds something, which nothing raises over `limit`.
fn at_most(
    context: &Context,
    name: &str,
    usual: usize,
    limit: usize,
) -> Result<usize, CommandError> {
    let setting = context.settings.get(name);
    let most = setting.map_or(Ok(usual), str::parse);
    most.ok().filter(|most| (1..=limit).contains(most)).ok_or_else(|| {
        let message = format!("{name} is {:?}", setting.unwrap_or_default());
        CommandError::usage(message).hint(format!("It takes 1 to {limit}."))
    })
}

/// Gives each file that lies where a revision has one the path that it has there: a correction of it is meant.
pub fn as_stored(given: &[Given], source: &Source) -> Vec<Given> {
    let path_of = |given: &Given| -> Option<String> {
        let place = Path::new(given.place.as_ref()?);
        let paths = source.files().iter().map(|file| file.path.as_str());
        // A longer path says more of where the file lies.
        paths.filter(|path| place.ends_with(path)).max_by_key(|path| path.len()).map(str::to_owned)
    };
    let stored = |given: &Given| {
        let path = path_of(given).unwrap_or_else(|| given.path.clone());
        Given { path, ..given.clone() }
    };
    given.iter().map(stored).collect()
}

/// Checks the given files one by one, whether a sandbox can judge them, and whether what runs of them is what people see.
pub fn files(given: &[Given]) -> Result<Vec<SourceFile>, CommandError> {
    let files = given.iter().map(Given::file).collect::<Result<Vec<_>, _>>()?;
    files.iter().try_for_each(|file| outside_of_git(&file.path))?;
    files.iter().try_for_each(languages::check)?;
    alike::check_files(&files)?;
    shown::check(&files)?;
    Ok(files)
}

/// Refuses now what could never be written: nothing gets into a git folder.
fn outside_of_git(path: &SourcePath) -> Result<(), CommandError> {
    if !path.as_str().split('/').any(is_of_git) {
        return Ok(());
    }
    let message = format!("{path} lies in a git folder, where nothing is ever written");
    Err(CommandError::usage(message).hint("Leave it out."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_given_that_lies_in_a_git_folder() {
        let refused = |path: &str| outside_of_git(&path.parse().unwrap()).is_err();

        assert!(refused(".git/hooks/post-commit") && refused("a/.GIT/config"));
        assert!(!refused("a/.gitignore") && !refused("git/a.py"));
    }

    #[test]
    fn a_file_that_a_revision_has_keeps_the_path_that_it_has_there() {
        let file = |path: &str, role| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: b"x = 1\n".to_vec(),
        };
        let files = [file("pkg/a.py", Role::Code), file("a.py", Role::Code)];
        let tests = [file("test_a.py", Role::Test)];
        let source = Source::new(files.into_iter().chain(tests).collect()).unwrap();
        let stored = |place: Option<&str>| {
            let given = Given {
                path: "a.py".to_owned(),
                role: Role::Code,
                content: Some("x = 2\n".to_owned()),
                content_hex: None,
                place: place.map(str::to_owned),
            };
            as_stored(&[given], &source).remove(0).path
        };

        assert_eq!(stored(Some("/home/me/pkg/a.py")), "pkg/a.py");
        assert_eq!(stored(Some("/home/me/other/a.py")), "a.py");
        assert_eq!(stored(Some("/home/me/b.py")), "a.py");
        assert_eq!(stored(None), "a.py");
    }
}
