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
    absent, alarm_deadline, approx, r#async, bereft, by_helper, by_program, by_text, collaborators, counting,
    ctxdeco, dataclass, dispatch_config, diverted, doubles, exec_records, file, golden_slugs,
    hull_geometry, import_hook, klass, matchers, messages, modular, money_algebra, none_ok, none_only, order,
    param, plugin_registry, raises_only, recording_proxy, shapes, styles, sundry, swallowing,
    tables, tolerant, unittest, weak_emitter,
}
