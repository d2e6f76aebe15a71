//! Any reply is read without a panic, and stably.

#![no_main]

use libfuzzer_sys::fuzz_target;
use foundation::providers::extract::extract;

fuzz_target!(|reply: &str| {
    if let Ok(files) = extract(reply) {
        assert_eq!(extract(&files.to_reply()), Ok(files));
    }
});
