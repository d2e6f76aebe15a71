//! Honest suites raise no alarm.

use crate::sandbox::cases::{check, names};
use crate::sandbox::support::backend;

macro_rules! cases {
    ($($name:ident,)*) => {
        $(
            #[test]
            fn $name() {
                let name = stringify!($name);
                check(&backend(), "honest", name.strip_prefix("r#").unwrap_or(name));
            }
        )*

        #[test]
        fn every_case_of_the_folder_is_a_test() {
            let listed = [$(stringify!($name)),*].map(|name| name.trim_start_matches("r#").to_owned());

            assert_eq!(names("honest"), listed.into());
        }
    };
}

cases! {
    absent, approx, r#async, bereft, by_helper, by_text, collaborators, counting, ctxdeco, dataclass, diverted,
    doubles, file, klass, matchers, modular, none_ok, none_only, order, param, raises_only, shapes, styles, sundry,
    swallowing, tables, tolerant, unittest,
}
