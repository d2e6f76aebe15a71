//! The help of what lets programs and browsers in, and of a command in a shell.

use super::screen::{masked, typed};
use crate::support::house::House;
use crate::surfaces::process::Home;

#[tokio::test]
async fn help_of_token() {
    let _masked = masked();

    insta::assert_snapshot!(typed(&House::in_memory(), "/help token").await, @"
    /token [WHAT] [NAME|ID]
    Make, list or revoke the tokens by which programs come in over HTTP

    WHAT            What to do
                    list: Show them
                    add: Make one for a program; its text is shown once
                    revoke: Turn its holder away from now on
    NAME|ID         The name of the program to add, or the id or name of the token
                    to revoke
    --scope WORD    How far it reaches: read or propose
    --expires DAYS  Days that it counts, such as 90d (the default)

    Authority  own

    Examples
    - /token add editor --scope propose
    - /token add dashboard --scope read --expires 30d
    - /token revoke editor
    ");
}

#[test]
fn help_of_serve_open_and_sign() {
    let home = Home::new();
    insta::assert_snapshot!(home.saraphina(&["serve", "--help"]).out, @"
    Keep an engine running that is also reached over loopback TCP

    Usage: saraphina serve [OPTIONS]

    Options:
          --listen <ADDRESS:PORT>  Where to listen; port 0 takes a free one [default: 127.0.0.1:7272]
          --tls-cert <FILE>        Certificates for TLS, as PEM
          --tls-key <FILE>         The private key of the first of them, as PEM
          --behind-proxy           Listen for a proxy of yours that ends TLS; see SARAPHINA_SERVER_HOSTS
      -h, --help                   Print help

    Examples:
      saraphina serve
      saraphina serve --listen 127.0.0.1:0
      saraphina serve --listen 192.0.2.7:443 --tls-cert cert.pem --tls-key key.pem
    ");
    insta::assert_snapshot!(home.saraphina(&["open", "--help"]).out, @"
    Print a link that signs a browser in, once, and open it on a desktop

    Usage: saraphina open [OPTIONS] [PAGE]

    Arguments:
      [PAGE]  The page to open, such as /record

    Options:
          --no-browser  Print the link, and open nothing
      -h, --help        Print help

    Examples:
      saraphina open
      saraphina open /record
    ");
    insta::assert_snapshot!(home.saraphina(&["sign", "--help"]).out, @"
    Answer requests for your signature that a page made

    Usage: saraphina sign [OPTIONS] [PHRASE]...

    Arguments:
      [PHRASE]...  The six digits that the page shows; else every request that waits

    Options:
          --watch              Go on and ask about each request as it comes in; Ctrl-C ends it
          --yes                Do not ask; needs --expect
          --expect <HASH>      The content hash you looked at, at least its first 12 digits
          --phrase <SENTENCE>  The sentence that a sensitive or critical change of a repository asks for
      -h, --help               Print help

    Examples:
      saraphina sign 418 203
      saraphina sign --watch
    ");
}

#[test]
fn help_of_a_command_in_a_shell() {
    insta::assert_snapshot!(Home::new().saraphina(&["cancel", "--help"]).out, @"
    /cancel <JOB>
    Stop work in progress: your own, or as the owner anybody's

    JOB  The job: its id, the first digits of it, or @ for your newest

    Authority  propose

    Examples
    - /cancel @
    - /cancel job_7c2e
    ");
}

#[tokio::test]
async fn help_of_notify() {
    let _masked = masked();

    insta::assert_snapshot!(typed(&House::in_memory(), "/help notify").await, @"
    /notify [WHAT]
    Show how far notifications are, or try the ways they take

    WHAT  What to do
          status: Show how far each channel is
          test: Say a trial through every channel
          forget: Forget what could not be delivered

    Authority  own

    Examples
    - /notify
    - /notify test
    - /notify forget
    ");
}
