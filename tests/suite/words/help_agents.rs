//! The help of what serves agents.

use crate::surfaces::process::Home;

#[test]
fn help_of_mcp() {
    insta::assert_snapshot!(Home::new().saraphina(&["mcp", "--help"]).out, @"
    Serve an agent over the Model Context Protocol, on standard input and output

    Usage: saraphina mcp [OPTIONS]

    Options:
          --install <CLIENT>
              Print what the configuration of this client needs, instead of serving

              Possible values:
              - claude-code: Claude Code, in this project
              - codex:       Codex, for this user
              - cursor:      Cursor, in this project
              - goose:       goose, for this user
              - vscode:      Visual Studio Code, in this project

          --write
              Write it into the client's file, beside what is there

      -h, --help
              Print help (see a summary with '-h')
    ");
}
