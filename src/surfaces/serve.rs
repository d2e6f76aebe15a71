//! The command line of `saraphina serve`: a daemon that is also reached over TCP.
//!
//! It is no command of the registry, because it begins an engine. The address is bound before anything of the home is touched, so that
//! one that is taken costs nothing, and printed once the engine answers, so that a script can wait for it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio_rustls::TlsAcceptor;

use crate::app::App;
use crate::surfaces::envelope;
use crate::surfaces::subcommand;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::words::grammar::Wish;
use crate::surfaces::writer::resident;
use crate::surfaces::writer::tcp_door::{TcpDoor, Wire};
use foundation::config::short_file::{self, Links};
use work::contract::error::{CommandError, Exit};

/// The name of the subcommand.
pub const NAME: &str = "serve";
/// The address where nothing else is said.
const ADDRESS: &str = "127.0.0.1:7272";
/// Most bytes of a certificate or its key.
const MAX_PEM_BYTES: u64 = 1 << 20;

/// Declares the subcommand for the command line; `--json` is the program's own option.
pub fn command() -> Command {
    let file = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .conflicts_with("behind-proxy")
            .help(help)
    };
    Command::new(NAME)
        .about("Keep an engine running that is also reached over loopback TCP")
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS:PORT")
                .value_parser(value_parser!(SocketAddr))
                .default_value(ADDRESS)
                .help("Where to listen; port 0 takes a free one"),
        )
        .arg(file("tls-cert", "Certificates for TLS, as PEM").requires("tls-key"))
        .arg(file("tls-key", "The private key of the first of them, as PEM").requires("tls-cert"))
        .arg(
            Arg::new("behind-proxy")
                .long("behind-proxy")
                .action(ArgAction::SetTrue)
                .help("Listen for a proxy of yours that ends TLS; see SARAPHINA_SERVER_HOSTS"),
        )
        .after_help(
            "Examples:\n  saraphina serve\n  saraphina serve --listen 127.0.0.1:0\n  saraphina serve --listen 192.0.2.7:443 --tls-cert cert.pem --tls-key key.pem",
        )
}

/// Serves until a signal or `saraphina daemon stop` ends it, on a runtime of its own.
pub fn carry_out(
    words: &[String],
    wish: Wish,
    terminal: &mut Terminal,
    make_app: impl FnOnce() -> App,
) -> Exit {
    let (matches, wish) = match subcommand::read((command(), words), wish, terminal) {
        Ok(Some(read)) => read,
        Ok(None) => return Exit::Done,
        Err(exit) => return exit,
    };
    match subcommand::block_on(run(&matches, wish, terminal, &make_app())) {
        Ok(()) => Exit::Done,
        Err(error) => turn::refuse(terminal, NAME, wish, &error),
    }
}

async fn run(
    matches: &ArgMatches,
    wish: Wish,
    terminal: &mut Terminal,
    app: &App,
) -> Result<(), CommandError> {
    let wanted = matches.get_one::<SocketAddr>("listen").copied();
    let wanted = wanted.ok_or_else(|| CommandError::usage("--listen needs an address"))?;
    let door = TcpDoor::at(wanted, wire(matches, wanted)?).await?;
    let scheme = if matches.contains_id("tls-cert") { "https" } else { "http" };
    let address = format!("{scheme}://{}", door.address());
    let ready = || match wish {
        Wish::Json => {
            let data = json!({ "address": address, "home": app.home(), "pid": std::process::id() });
            terminal.print(&format!("{}\n", envelope::line(NAME, Ok(&data))));
        }
        Wish::Page | Wish::Help => terminal.print(&format!("{address}\n")),
    };
    Box::pin(resident::run(app, Some(door), ready)).await?;
    Ok(())
}

/// Decides what requests go through; in the clear they come from this machine alone.
fn wire(matches: &ArgMatches, address: SocketAddr) -> Result<Wire, CommandError> {
    let file = |name: &str| matches.get_one::<PathBuf>(name);
    if let (Some(certificates), Some(key)) = (file("tls-cert"), file("tls-key")) {
        return Ok(Wire::Tls(tls(certificates, key)?));
    }
    if matches.get_flag("behind-proxy") {
        return Ok(Wire::Proxy);
    }
    if address.ip().is_loopback() {
        return Ok(Wire::Loopback);
    }
    let message = format!("{address} is reached from other machines, and nothing would be secret");
    Err(CommandError::usage(message).hint(
        "Listen at 127.0.0.1 or [::1]; or give `--tls-cert FILE --tls-key FILE`, or `--behind-proxy` where a proxy of yours ends TLS.",
    ))
}

fn tls(certificates: &Path, key: &Path) -> Result<TlsAcceptor, CommandError> {
    let bytes = read(certificates)?;
    let chain = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|error| unreadable(certificates, &error))?;
    let private = PrivateKeyDer::from_pem_slice(&read(key)?);
    let private = private.map_err(|error| unreadable(key, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|error| unreadable(certificates, &error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    short_file::read(path, Links::Followed, MAX_PEM_BYTES).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &dyn std::error::Error) -> CommandError {
    CommandError::usage(format!("{} cannot be used for TLS: {error}", path.display()))
        .hint("Give certificates and their private key as PEM files.")
}
