//! Honest suites raise no alarm.

use crate::sandbox::cases::deal;

deal! {
    "honest" to
        part_1 0 part_2 1 part_3 2 part_4 3
    :
    absent, alarm_deadline, approx, r#async, bereft, by_helper, by_program, by_text, collaborators, counting,
    ctxdeco, customs, dataclass, dispatch_config, diverted, doubles, exec_records, file, golden_slugs,
    hull_geometry, import_hook, klass, matchers, messages, modular, money_algebra, none_ok, none_only, order,
    param, plugin_registry, raises_only, recording_proxy, shapes, styles, sundry, swallowing,
    tables, tolerant, unittest, weak_emitter,
}
