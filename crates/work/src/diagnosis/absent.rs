//! Says what modules are that a run did not find.
//!
//! Anybody may publish a package under a name that is free, so none is to be declared because a file asks for a module of that name: it
//! must be declared already, or be known to come with that package.

use crate::diagnosis::packages::brought_by;
use record::domain::evidence::Finding;
use record::domain::requirement::{name, normal};
use repair::packages::{import_of, package_of};
use sandbox::backend::{MISSING_PACKAGE, MODULE_ELSEWHERE, NO_MODULE, NO_PACKAGE};

/// How the message begins on a module that is neither declared nor known.
pub const UNKNOWN: &str = "neither the project nor the sandbox has a module ";

/// Says of each missing module what is known of it, where these requirements are declared.
pub fn judge(findings: &mut [Finding], declared: &[String]) {
    let declared: Vec<String> = declared.iter().map(|line| normal(name(line))).collect();
    for finding in findings {
        let Some(module) = module(finding).map(str::to_owned) else { continue };
        let is_elsewhere = finding.code == MODULE_ELSEWHERE;
        let package = known(&module);
        let names = [Some(module.as_str()), package].into_iter().flatten().map(normal);
        let is_declared = names.into_iter().any(|name| declared.contains(&name));
        finding.message = match package {
            Some(package) if normal(package) != normal(&module) => {
                format!("{NO_PACKAGE}{package}, which brings the module {module}")
            }
            None if !is_declared && is_elsewhere => continue,
            None if !is_declared => format!("{UNKNOWN}{module}"),
            Some(_) | None => format!("{NO_PACKAGE}{module}"),
        };
        MISSING_PACKAGE.clone_into(&mut finding.code);
    }
}

/// The module that a finding of a run names, and nothing of plug-ins, whose packages are known.
fn module(finding: &Finding) -> Option<&str> {
    let rest = match finding.code.as_str() {
        MISSING_PACKAGE => finding.message.strip_prefix(NO_PACKAGE),
        MODULE_ELSEWHERE => finding.message.strip_prefix(NO_MODULE)?.split(' ').next(),
        _ => None,
    };
    rest.filter(|rest| !rest.contains(' '))
}

/// The package that brings a module, where it is one of the usual ones.
fn known(module: &str) -> Option<&'static str> {
    let listed = brought_by(module).and_then(|packages| packages.first().copied());
    // The table has names that code uses too, such as short ones and classes.
    let is_module = || import_of(module)?.split(' ').nth(1).filter(|name| *name == module);
    listed.or_else(|| is_module().and_then(package_of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(code: &str, message: &str, declared: &[&str]) -> (String, String) {
        let mut findings = [Finding { code: code.to_owned(), message: message.to_owned() }];
        judge(&mut findings, &declared.iter().map(ToString::to_string).collect::<Vec<_>>());
        let [Finding { code, message }] = findings;
        (code, message)
    }

    #[test]
    fn only_what_is_declared_or_known_is_called_a_package() {
        let missing = |name: &str, declared: &[&str]| {
            judged(MISSING_PACKAGE, &format!("{NO_PACKAGE}{name}"), declared).1
        };

        assert_eq!(
            missing("inflection", &["Inflection>=1"]),
            "the sandbox has no package inflection"
        );
        assert_eq!(missing("requests", &[]), "the sandbox has no package requests");
        assert_eq!(
            missing("yaml", &[]),
            "the sandbox has no package pyyaml, which brings the module yaml"
        );
        assert_eq!(missing("tqdm", &[]), "the sandbox has no package tqdm");
        assert_eq!(missing("plt", &[]), format!("{UNKNOWN}plt"));
        assert_eq!(missing("testing", &["six"]), format!("{UNKNOWN}testing"));
        let plug_in = "pytest-mock, a plug-in of pytest";
        assert_eq!(missing(plug_in, &[]), format!("{NO_PACKAGE}{plug_in}"));
    }

    #[test]
    fn a_file_of_the_project_is_no_package_unless_it_is_declared_or_known() {
        let told = |name: &str| {
            format!("{NO_MODULE}{name} is found where it is imported; the project has a/{name}.py")
        };
        let of = |name: &str, declared: &[&str]| judged(MODULE_ELSEWHERE, &told(name), declared);

        assert_eq!(of("helpers", &["six"]), (MODULE_ELSEWHERE.to_owned(), told("helpers")));
        let missing = |message: &str| (MISSING_PACKAGE.to_owned(), message.to_owned());
        assert_eq!(of("hpack", &["hpack>=4"]), missing("the sandbox has no package hpack"));
        assert_eq!(of("redis", &[]), missing("the sandbox has no package redis"));
        let other = judged("skipped_files", "left out: a", &[]);
        assert_eq!(other, ("skipped_files".to_owned(), "left out: a".to_owned()));
    }
}
