//! Has a line written in the person's editor program.
//!
//! The text goes through a file that only its owner can read, and comes back to the prompt: nothing is carried out before it was seen there.

use std::io::{self, Write as _};

use foundation::config::short_file::{self, Links};
use foundation::launch::HostProgram;

/// The program when nothing names one.
pub const EDITOR: &str = "vi";
/// Longest text taken back.
const MAX_BYTES: u64 = 4 << 20;

/// Lets a program edit the text; the answer is what it left.
pub fn write(program: &str, text: &str) -> io::Result<String> {
    let mut file = tempfile::Builder::new().prefix("saraphina-").suffix(".txt").tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    let mut command = HostProgram::Editor(program.to_owned()).command()?;
    let status = command.arg(file.path()).status()?;
    if !status.success() {
        return Err(io::Error::other(status.to_string()));
    }
    let text = short_file::read_text(file.path(), Links::Refused, MAX_BYTES)?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
