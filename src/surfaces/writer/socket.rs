//! The Unix socket on which engine and clients of a home meet.
//!
//! It lies in the home, and both sides check that the other is of the same user. The system takes short paths only: a long
//! home is reached by a link in the user's runtime folder, which nobody else may enter. The socket gets its permissions
//! under another name before it appears.

use std::ffi::OsStr;
use std::fs::{DirBuilder, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use foundation::config::read::variable;
use record::domain::digest::{Digest, hex};
use work::contract::error::{CommandError, ErrorKind};

/// The socket in the home.
const FILE: &str = "saraphina.sock";
/// The socket before it has its permissions.
const NEW_FILE: &str = "saraphina.sock.new";
/// Longest path of a socket that the system takes.
const MAX_PATH_BYTES: usize = 107;
/// The permissions of group and others.
const OTHERS: u32 = 0o077;
/// Hex digits that name a home in a folder of short links.
const LINK_DIGITS: usize = 16;

/// The meeting point of one home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Socket {
    folder: PathBuf,
}

impl Socket {
    /// Finds the meeting point of a home; a path that is too long goes by a short link in the runtime folder.
    pub fn of(home: &Path) -> Result<Self, CommandError> {
        Self::within(home, runtime_folder)
    }

    fn within(
        home: &Path,
        runtime: impl FnOnce() -> Result<PathBuf, CommandError>,
    ) -> Result<Self, CommandError> {
        if fits(home) {
            return Ok(Self { folder: home.to_owned() });
        }
        let digest = Digest::of(home.as_os_str().as_bytes());
        let digits: String = hex(digest.as_bytes()).chars().take(LINK_DIGITS).collect();
        let link = runtime()?.join(digits);
        point(&link, home).map_err(|error| unusable(&link, &error))?;
        Ok(Self { folder: link })
    }

    /// Returns the path to connect to.
    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Listens; only the holder of the writer lock may, and a socket that lies there is therefore stale.
    pub fn bind(&self) -> io::Result<UnixListener> {
        let new = self.folder.join(NEW_FILE);
        remove(&new)?;
        let listener = UnixListener::bind(&new)?;
        std::fs::set_permissions(&new, Permissions::from_mode(0o600))?;
        std::fs::rename(&new, self.path())?;
        Ok(listener)
    }

    /// Connects to whoever listens, who must be of our own user.
    pub async fn connect(&self) -> io::Result<UnixStream> {
        let stream = UnixStream::connect(self.path()).await?;
        if stream.peer_cred()?.uid() == own_uid()? {
            return Ok(stream);
        }
        Err(io::Error::new(io::ErrorKind::PermissionDenied, "it belongs to another user"))
    }

    /// Takes the socket away; only the holder of the writer lock may.
    pub fn unlink(&self) -> io::Result<()> {
        remove(&self.path())
    }
}

/// Asks the kernel for the user of this process, as it tells any peer.
pub fn own_uid() -> io::Result<u32> {
    let (one, _other) = std::os::unix::net::UnixStream::pair()?;
    one.set_nonblocking(true)?;
    Ok(UnixStream::from_std(one)?.peer_cred()?.uid())
}

fn fits(folder: &Path) -> bool {
    folder.join(NEW_FILE).as_os_str().len() <= MAX_PATH_BYTES
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn runtime_folder() -> Result<PathBuf, CommandError> {
    let uid = own_uid().map_err(|error| unusable(Path::new("the runtime folder"), &error))?;
    let session = variable("XDG_RUNTIME_DIR").filter(|folder| folder.starts_with('/'));
    let session = session.map(|folder| Path::new(&folder).join("saraphina"));
    let session = session.filter(|folder| fits(&folder.join(OsStr::new("0123456789abcdef"))));
    if let Some(folder) = session
        && private(&folder, uid).is_ok()
    {
        return Ok(folder);
    }
    let folder = PathBuf::from(format!("/tmp/saraphina-{uid}"));
    private(&folder, uid).map_err(|error| unusable(&folder, &error))?;
    Ok(folder)
}

/// Makes a folder that only `uid` can enter, or checks that the one there is such a folder and no link.
fn private(folder: &Path, uid: u32) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let found = std::fs::symlink_metadata(folder)?;
    if found.is_dir() && found.uid() == uid && found.mode() & OTHERS == 0 {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is open to other users"))
}

fn point(link: &Path, home: &Path) -> io::Result<()> {
    if std::fs::read_link(link).is_ok_and(|target| target == home) {
        return Ok(());
    }
    remove(link)?;
    match std::os::unix::fs::symlink(home, link) {
        // Another process was quicker to make the same link.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

fn unusable(path: &Path, error: &io::Error) -> CommandError {
    let message = format!("{} cannot be used: {error}", path.display());
    CommandError::new(ErrorKind::Unavailable, message)
        .hint("Set SARAPHINA_HOME to a folder with a shorter path.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_long_home_is_met_by_a_short_link() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("long".repeat(40));
        std::fs::create_dir(&home).unwrap();
        let runtime = folder.path().join("r");
        private(&runtime, own_uid().unwrap()).unwrap();

        let socket = Socket::within(&home, || Ok(runtime.clone())).unwrap();
        let listener = socket.bind().unwrap();

        assert!(socket.path().as_os_str().len() <= MAX_PATH_BYTES);
        assert!(home.join(FILE).exists());
        assert_eq!(Socket::within(&home, || Ok(runtime.clone())).unwrap(), socket);
        socket.connect().await.unwrap();
        drop(listener);
    }

    #[tokio::test]
    async fn a_stale_socket_gives_way() {
        let home = tempfile::tempdir().unwrap();
        let socket = Socket::of(home.path()).unwrap();
        drop(socket.bind().unwrap());
        let refused = socket.connect().await.unwrap_err();

        let listener = socket.bind().unwrap();

        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        socket.connect().await.unwrap();
        let mode = std::fs::metadata(socket.path()).unwrap().mode() & 0o777;
        assert_eq!(mode, 0o600);
        drop(listener);
    }

    #[tokio::test]
    async fn a_runtime_folder_open_to_others_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let open = folder.path().join("open");
        std::fs::create_dir(&open).unwrap();
        std::fs::set_permissions(&open, Permissions::from_mode(0o755)).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/", &link).unwrap();

        let uid = own_uid().unwrap();
        let kinds = [open, link].map(|path| private(&path, uid).unwrap_err().kind());

        assert_eq!(kinds, [io::ErrorKind::PermissionDenied; 2]);
    }
}
