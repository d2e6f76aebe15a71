//! A house with the real sandbox.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;

use super::house::House;

/// A house whose suites run in boxes of the shared toolchain, where lint costs next to nothing.
pub(crate) async fn boxed() -> House {
    boxed_with(Linter::Ruff).await
}

/// The same with a linter of one's own choice.
pub(crate) async fn boxed_with(linter: Linter) -> House {
    let mut house = House::new();
    house.close().await;
    house.app.backends = vec![Arc::new(LinuxBackend::new(Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina")),
        home: Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-home"),
        python: None,
        linter,
    }))];
    house.reopen();
    house
}
