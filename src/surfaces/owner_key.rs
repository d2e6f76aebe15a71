//! Finds, makes and uses the key that signs the owner's decisions.
//!
//! Signing happens here, in the process that the owner started; the engine gets signatures and public keys only. A key
//! without a passphrase, of the kind we can read, signs in this process; every other one is used through `ssh-keygen`,
//! which knows agents, passphrases and security keys. Where the settings name no key, one is made in the home: a weak key
//! that is recorded as weak is better than no signature.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use foundation::config::settings::Settings;
use foundation::config::short_file::{self, Links};
use foundation::launch::HostProgram;
use record::audit::local_key::{LocalKey, LocalKeyError};
use record::audit::owner_key::{OwnerKey, OwnerKeyError};
use record::audit::sshsig::{NAMESPACE, SshSig};
use record::domain::assurance::Assurance;
use record::domain::text::Untrusted;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::signature::{Signed, ToSign};

/// The setting that names a key.
const SETTING: &str = "SARAPHINA_OWNER_KEY";
/// The kinds of key that can sign, in words.
const KINDS: &str = "an Ed25519, ECDSA (nistp256, nistp384) or RSA key (2048 to 4096 bits)";
/// The permissions of group and others.
const OTHERS: u32 = 0o077;
/// Longest key file that is read.
const MAX_KEY_BYTES: u64 = 16_384;

/// A key that signs in this process or by `ssh-keygen`; the engine never sees more than signatures.
pub struct Signer {
    public: OwnerKey,
    assurance: Assurance,
    means: Means,
}

enum Means {
    /// A key without a passphrase, read here.
    Local(LocalKey),
    /// A file that `ssh-keygen -Y sign` takes: it asks for passphrase, agent or touch.
    Tool(PathBuf),
}

impl Signer {
    /// Finds the key that the settings name, or the local one of the home if there is one.
    pub fn find(settings: &Settings) -> Result<Option<Self>, CommandError> {
        match settings.get(SETTING) {
            Some(path) => Self::of_file(Path::new(path)).map(Some),
            None => Self::local(settings.home()),
        }
    }

    /// Finds the key as [`Self::find`] does, and makes a local one where there is none.
    pub fn find_or_make(settings: &Settings) -> Result<Self, CommandError> {
        if let Some(found) = Self::find(settings)? {
            return Ok(found);
        }
        make_local(settings.home())?;
        Self::local(settings.home())?.ok_or_else(|| {
            CommandError::new(ErrorKind::Internal, "the local key that was made cannot be found")
        })
    }

    fn local(home: &Path) -> Result<Option<Self>, CommandError> {
        let path = local_path(home);
        match fs::symlink_metadata(&path) {
            Ok(_) => Self::of_file(&path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(&path, &error.to_string())),
        }
    }

    fn of_file(path: &Path) -> Result<Self, CommandError> {
        let text = read(path)?;
        // A setting may name the public half: its private half is then in an agent, out of our sight.
        match OwnerKey::parse(&text) {
            Ok(public) => return Ok(Self::by_tool(path, public, Assurance::Agent)),
            Err(OwnerKeyError::Malformed) => {}
            Err(error @ (OwnerKeyError::Kind { .. } | OwnerKeyError::Rsa)) => {
                return Err(unreadable(path, &error.to_string()));
            }
        }
        check_mode(path)?;
        match LocalKey::parse(&text) {
            Ok(key) => Ok(Self {
                public: key.public(),
                assurance: Assurance::Low,
                means: Means::Local(key),
            }),
            Err(error @ (LocalKeyError::Encrypted | LocalKeyError::Kind)) => {
                let public = read(&public_path(path))?;
                let public = OwnerKey::parse(&public).map_err(|error| {
                    CommandError::from_source(ErrorKind::Unavailable, &error)
                        .hint(format!("{SETTING} takes {KINDS}."))
                })?;
                // A key of a kind that is only used by the tool may lie there without a passphrase.
                let is_open = error == LocalKeyError::Kind;
                let assurance = if is_open { Assurance::Low } else { Assurance::File };
                Ok(Self::by_tool(path, public, assurance))
            }
            Err(error @ LocalKeyError::Malformed) => Err(unreadable(path, &error.to_string())),
        }
    }

    fn by_tool(path: &Path, public: OwnerKey, assurance: Assurance) -> Self {
        let assurance =
            if public.application().is_some() { Assurance::Hardware } else { assurance };
        Self { public, assurance, means: Means::Tool(path.to_owned()) }
    }

    /// Returns its fingerprint.
    pub fn fingerprint(&self) -> String {
        self.public.fingerprint()
    }

    /// Tells how well it is kept.
    pub const fn assurance(&self) -> Assurance {
        self.assurance
    }

    /// Builds the arguments of `/keys add` for it.
    pub fn enrolment(&self, principal: Option<&str>) -> Value {
        json!({
            "what": "add",
            "line": self.public.to_string(),
            "principal": principal,
            "assurance": self.assurance,
        })
    }

    /// Signs what a command asks for.
    pub fn sign(&self, wanted: &ToSign) -> Result<Signed, CommandError> {
        // The same key may sign commits elsewhere; the namespace keeps those signatures apart from ours.
        if wanted.namespace != NAMESPACE {
            let message = format!("a signature for {:?} is not given", wanted.namespace);
            return Err(CommandError::new(ErrorKind::Forbidden, message));
        }
        let statement = wanted.statement.clone();
        let signature = match &self.means {
            Means::Local(key) => key.sign(statement.as_bytes()).armour(),
            Means::Tool(path) => by_ssh_keygen(path, statement.as_bytes())?,
        };
        // A wrong key or a broken tool shows here, and not in the record.
        let parsed = SshSig::parse(&signature);
        match parsed.and_then(|parsed| parsed.verify(statement.as_bytes())) {
            Ok(()) => Ok(Signed { statement, signature }),
            Err(error) => Err(CommandError::from_source(ErrorKind::Unavailable, &error)
                .hint(format!("Check the key that {SETTING} names."))),
        }
    }
}

fn by_ssh_keygen(key: &Path, statement: &[u8]) -> Result<String, CommandError> {
    let missing = |error: io::Error| {
        CommandError::new(ErrorKind::Unavailable, format!("ssh-keygen cannot be started: {error}"))
            .hint("Install OpenSSH's client, or leave SARAPHINA_OWNER_KEY unset.")
    };
    let mut child = HostProgram::SshKeygen
        .command()
        .map_err(missing)?
        .args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"])
        .arg(key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(missing)?;
    if let Some(mut input) = child.stdin.take() {
        // A tool that ends without reading says why on its own.
        input.write_all(statement).ok();
    }
    let Output { status, stdout, stderr } = child.wait_with_output().map_err(missing)?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    let words = Untrusted(&String::from_utf8_lossy(&stderr)).line(300);
    Err(CommandError::new(ErrorKind::Unavailable, format!("the key did not sign: {words}"))
        .hint("Check that the agent runs and holds the key, or the security key is plugged in."))
}

fn local_path(home: &Path) -> PathBuf {
    home.join("keys").join("owner_key")
}

fn public_path(private: &Path) -> PathBuf {
    let mut name = private.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

/// Makes a key without a passphrase; where another process was quicker, its key is taken.
fn make_local(home: &Path) -> Result<(), CommandError> {
    let path = local_path(home);
    let failed = |error: io::Error| unreadable(&path, &error.to_string());
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| failed(io::Error::from(error)))?;
    let key = LocalKey::from_seed(&seed);
    let folder = home.join("keys");
    let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
    file.write_all(key.encode().as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    match file.persist_noclobber(&path) {
        Ok(_) => {
            let line = format!("{} saraphina local key\n", key.public());
            fs::write(public_path(&path), line).map_err(failed)
        }
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error.error)),
    }
}

fn read(path: &Path) -> Result<String, CommandError> {
    short_file::read_text(path, Links::Followed, MAX_KEY_BYTES)
        .map_err(|error| unreadable(path, &error.to_string()))
}

/// Refuses a private key that others of this machine can read or change.
fn check_mode(path: &Path) -> Result<(), CommandError> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error.to_string()))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    let mut error = unreadable(path, &format!("others can read it, its mode is {mode:04o}"));
    error.hints = vec![format!("Run `chmod 600 {}`.", path.display())];
    Err(error)
}

fn unreadable(path: &Path, why: &str) -> CommandError {
    let message = format!("the owner's key {} cannot be used: {why}", path.display());
    CommandError::new(ErrorKind::Unavailable, message)
        .hint(format!("Set {SETTING} to {KINDS}, such as `ssh-keygen -t ed25519` makes."))
}
