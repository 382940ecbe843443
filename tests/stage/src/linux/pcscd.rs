//! A PC/SC daemon of one's own with two virtual readers, beside whatever daemon the machine runs.
//!
//! pcscd takes its listening socket on descriptor 3 when `LISTEN_FDS` says so (sd_listen_fds(3)), and its readers from
//! a folder named on its command line. It refuses to know what card is put in, and never connects to a reader.

use std::fs::{create_dir, remove_file, write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::listening::listens;
use super::ports;
use super::process::Process;
use super::usb::UsbBus;
use crate::Environment;
use crate::waiting::eventually;

/// A pcscd whose clients find it by the environment of [`PrivatePcscd::environment`].
#[derive(Debug)]
pub struct PrivatePcscd {
    folder: TempDir,
    socket: PathBuf,
    port: u16,
    daemon: Option<Process>,
    /// The readers are not virtual ones of vpcd's but one on this bus.
    usb: Option<UsbBus>,
}

impl PrivatePcscd {
    /// Starts the daemon and waits until both of its readers wait for a card.
    ///
    /// # Errors
    /// When pcscd or the vpcd driver is missing, or no pair of free ports was found.
    pub fn start() -> Result<Self> {
        Self::start_with(None)
    }

    /// Like [`PrivatePcscd::start`], with the socket at this path: for a process that had to be told the path before
    /// it could start the daemon.
    ///
    /// # Errors
    /// As [`PrivatePcscd::start`].
    pub fn start_at(socket: &Path) -> Result<Self> {
        Self::start_with(Some(socket))
    }

    /// Like [`PrivatePcscd::start_at`], with one USB reader in place of the virtual ones, which can be unplugged.
    /// `driver` is its driver's library, which takes a card as vpcd does. It is plugged in.
    ///
    /// # Errors
    /// When pcscd or umockdev is missing, or this process may have no mount namespace of its own.
    pub fn start_with_usb_at(socket: &Path, driver: &Path) -> Result<Self> {
        on_free_ports(|port| {
            let folder = tempfile::Builder::new().prefix("ankong-pcscd-").tempdir()?;
            let mut usb = UsbBus::new(folder.path(), driver)?;
            usb.plug_in()?;
            create_dir(folder.path().join("reader.conf.d"))?;
            let socket = socket.to_owned();
            let mut pcscd = Self { folder, socket, port, daemon: None, usb: Some(usb) };
            pcscd.restart()?;
            Ok(pcscd)
        })
    }

    /// Plugs the USB reader in; waits until a card can be put into it.
    ///
    /// # Errors
    /// When there is none, or pcscd does not see it.
    pub fn plug_in(&mut self) -> Result<()> {
        self.usb.as_mut().context("no USB reader")?.plug_in()?;
        let id = self.id().context("pcscd does not run")?;
        let port = self.port;
        eventually("the USB reader waits for a card", START_TIME, || {
            Ok(listens(id, port).then_some(()))
        })
        .with_context(|| std::fs::read_to_string(self.log()).unwrap_or_default())
    }

    /// Pulls the USB reader out; the card in it with it.
    ///
    /// # Errors
    /// When there is none plugged in.
    pub fn unplug(&mut self) -> Result<()> {
        self.usb.as_mut().context("no USB reader")?.unplug()
    }

    fn start_with(socket: Option<&Path>) -> Result<Self> {
        let driver = driver()?;
        on_free_ports(|port| {
            let folder = tempfile::Builder::new().prefix("ankong-pcscd-").tempdir()?;
            write_reader_conf(folder.path(), port, &driver)?;
            let socket = socket.map_or_else(|| folder.path().join("pcscd.comm"), Path::to_owned);
            let mut pcscd = Self { folder, socket, port, daemon: None, usb: None };
            pcscd.restart()?;
            Ok(pcscd)
        })
    }

    /// The socket on which clients reach the daemon; the same one after [`PrivatePcscd::restart`].
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The TCP port of the first virtual reader, or of the USB reader. A card is put in by connecting to it. The second
    /// virtual reader has the next port; vpcd opens both on every interface.
    pub fn vpcd_port(&self) -> u16 {
        self.port
    }

    /// The process id of the daemon, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.daemon.as_ref().map(Process::id)
    }

    /// Everything the daemon has printed.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("pcscd.log")
    }

    /// What a client needs in its environment. libpcsclite reads it once per process.
    pub fn environment(&self) -> Environment {
        vec![("PCSCLITE_CSOCK_NAME", self.socket().into())]
    }

    /// Kills the daemon, as a crash would: clients see a broken connection, and nobody listens any more.
    pub fn stop(&mut self) {
        self.daemon = None;
        let _ = remove_file(self.socket());
    }

    /// Starts the daemon again on the same socket with the same readers.
    ///
    /// # Errors
    /// When pcscd does not start, or its readers are not waiting for cards in time.
    pub fn restart(&mut self) -> Result<()> {
        let daemon = self.launch(&self.reader_conf())?;
        let readers = self.usb.as_ref().map_or(2, |usb| u16::from(usb.is_plugged_in()));
        let ports: Vec<u16> = (self.port..self.port + readers).collect();
        self.wait_until_ready(daemon, |id| ports.iter().all(|port| listens(id, *port)))
    }

    /// Starts the daemon again on the same socket, with the readers it had and one more, which this text for a
    /// reader.conf describes.
    ///
    /// # Errors
    /// As [`PrivatePcscd::restart`].
    pub fn restart_with(&mut self, reader_conf: &str) -> Result<()> {
        let more = self.reader_conf().join("more");
        write(&more, reader_conf)?;
        let started = self.restart();
        remove_file(more)?;
        started
    }

    /// Starts the daemon again on the same socket, without any reader.
    ///
    /// # Errors
    /// When pcscd does not start.
    pub fn restart_without_readers(&mut self) -> Result<()> {
        let nothing = self.folder.path().join("no-readers");
        std::fs::create_dir_all(&nothing)?;
        let daemon = self.launch(&nothing)?;
        self.wait_until_ready(daemon, |_| true)
    }

    fn launch(&mut self, reader_conf: &Path) -> Result<Process> {
        self.stop();
        let socket = self.socket();
        ensure!(
            socket.as_os_str().len() < UNIX_PATH_MAX,
            "{} is too long for a socket: set TMPDIR to a shorter folder",
            socket.display()
        );
        let listener = UnixListener::bind(socket)
            .with_context(|| format!("cannot bind {}", socket.display()))?;
        let mut command = Command::new("/bin/sh");
        let script = if self.usb.is_some() { LAUNCH_WITH_USB } else { LAUNCH };
        command.args(["-c", script, PCSCD]).arg(reader_conf);
        if let Some(usb) = &self.usb {
            command.envs(usb.environment(self.port));
        }
        Process::start_reading(command, Stdio::from(OwnedFd::from(listener)), &self.log())
    }

    fn wait_until_ready(
        &mut self,
        mut daemon: Process,
        is_ready: impl Fn(u32) -> bool,
    ) -> Result<()> {
        eventually("the virtual readers wait for a card", START_TIME, || {
            ensure!(daemon.is_running()?, "pcscd ended at once");
            Ok(is_ready(daemon.id()).then_some(()))
        })
        .with_context(|| format!("pcscd gives no virtual readers; {}", daemon.last_words()))?;
        self.daemon = Some(daemon);
        Ok(())
    }

    fn reader_conf(&self) -> PathBuf {
        self.folder.path().join("reader.conf.d")
    }
}

/// Somebody may take a port between the look and the daemon's bind: then other ones are tried.
fn on_free_ports(mut start: impl FnMut(u16) -> Result<PrivatePcscd>) -> Result<PrivatePcscd> {
    for _ in 1..START_ATTEMPTS {
        if let Ok(pcscd) = start(ports::free(2)?) {
            return Ok(pcscd);
        }
    }
    start(ports::free(2)?)
}

/// The driver comes from `ANKONG_VPCD_LIB`, else from the cache of the setup script, else from an installed package.
fn driver() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("ANKONG_VPCD_LIB") {
        let path = PathBuf::from(path);
        ensure!(path.is_file(), "ANKONG_VPCD_LIB names {}, which is not there", path.display());
        return Ok(path);
    }
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or(home);
    let cached = cache.map(|cache| cache.join("ankong/vpcd/libifdvpcd.so"));
    let installed = Path::new("/usr/lib/pcsc/drivers/serial/libifdvpcd.so").to_owned();
    cached
        .into_iter()
        .chain([installed])
        .find(|path| path.is_file())
        .context("the vpcd driver is not there: run `installer/dev/setup.sh`")
}

fn write_reader_conf(folder: &Path, port: u16, driver: &Path) -> Result<()> {
    let conf = folder.join("reader.conf.d");
    create_dir(&conf)?;
    // The driver takes its port from DEVICENAME; pcscd stats the part before the colon.
    let text = format!(
        "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{port:#06X}\nLIBPATH {}\nCHANNELID {port:#06X}\n",
        driver.display()
    );
    Ok(write(conf.join("vpcd"), text.replace("0X", "0x"))?)
}

/// The listener arrives as standard input and is moved to descriptor 3. A shell keeps its process id over `exec`, so it
/// can write the LISTEN_PID that pcscd compares. Whoever is not root cannot have the folder /run/pcscd made, and may be
/// refused by polkit outside a desktop session: a mount namespace of one's own, where the kernel grants it, has neither.
/// Where it does not and nothing made the folder when the machine started, as in a container, sudo makes it.
const LAUNCH: &str = r#"
exec 3<&0 0</dev/null
start='LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" --foreground -c "$1"'
if [ "$(id -u)" != 0 ] && unshare --map-root-user --mount true 2>/dev/null; then
  exec unshare --map-root-user --mount sh -c "mount -t tmpfs none /run && mkdir /run/pcscd; $start" "$0" "$1"
fi
[ "$(id -u)" = 0 ] || [ -d /run/pcscd ] || sudo -n mkdir -p /run/pcscd
eval "$start"
"#;
/// pcscd has the place of its USB drivers built in, and libudev listens only where something like udev runs: both are
/// made in a mount namespace.
const LAUNCH_WITH_USB: &str = r#"
exec 3<&0 0</dev/null
[ "$(id -u)" = 0 ] && root= || root=--map-root-user
exec unshare $root --mount sh -c '
  mount -t tmpfs none /run && mkdir -p /run/pcscd /run/udev && : >/run/udev/control &&
  mount --bind "$ANKONG_STAGE_DRIVERS" /usr/lib/pcsc/drivers &&
  LD_PRELOAD=libumockdev-preload.so.0 LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" --foreground -c "$1"' "$0" "$1"
"#;
const PCSCD: &str = "/usr/sbin/pcscd";
/// unix(7): 108 bytes with the closing zero.
const UNIX_PATH_MAX: usize = 108;
const START_ATTEMPTS: usize = 3;
const START_TIME: Duration = Duration::from_secs(60);
