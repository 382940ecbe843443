//! A USB bus in software with one card reader, which can be plugged in and unplugged: the kernel's part, by umockdev.
//! It refuses to know what the reader does: that is its driver's, a library somebody else brings.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command};
use std::time::Duration;

use anyhow::{Context, Result};

use super::process::Process;

/// The bus. The reader is not plugged in at first.
#[derive(Debug)]
pub(super) struct UsbBus {
    orders: ChildStdin,
    given: usize,
    plugged_in: bool,
    process: Process,
    /// What stands for /sys and /dev.
    root: String,
    drivers: PathBuf,
}

impl UsbBus {
    /// Makes the bus, and in `folder` what pcscd takes for its folder of drivers, with `driver` in it.
    pub(super) fn new(folder: &Path, driver: &Path) -> Result<Self> {
        let drivers = folder.join("drivers");
        let contents = drivers.join("ankong-peer-reader.bundle/Contents");
        fs::create_dir_all(contents.join("Linux"))?;
        fs::write(contents.join("Info.plist"), INFO)?;
        fs::copy(driver, contents.join("Linux").join(LIBRARY))
            .with_context(|| format!("{} is not there", driver.display()))?;
        let mut command = Command::new("umockdev-wrapper");
        command.args(["/usr/bin/python3", "-c", include_str!("bus.py")]);
        let mut process = Process::start(command, &folder.join("bus.log"))?;
        let line = process.wait_for_line("bus ", PATIENCE)?;
        let root = line.trim_start_matches("bus ").trim().to_owned();
        let orders = process.take_input().context("the bus takes no orders")?;
        Ok(Self { orders, given: 0, plugged_in: false, process, root, drivers })
    }

    /// What pcscd needs in its environment to look at this bus; `port` is that of the card.
    pub(super) fn environment(&self, port: u16) -> Vec<(&'static str, String)> {
        vec![
            ("UMOCKDEV_DIR", self.root.clone()),
            ("ANKONG_PEER_READER_PORT", port.to_string()),
            ("ANKONG_PEER_READER_DEVICE", format!("{}/sys/devices/usb-device-{NUMBER}", self.root)),
            ("ANKONG_STAGE_DRIVERS", self.drivers.display().to_string()),
        ]
    }

    pub(super) fn is_plugged_in(&self) -> bool {
        self.plugged_in
    }

    pub(super) fn plug_in(&mut self) -> Result<()> {
        self.plugged_in = true;
        self.order(&format!("plug {VENDOR} {PRODUCT} {NUMBER}"))
    }

    pub(super) fn unplug(&mut self) -> Result<()> {
        self.plugged_in = false;
        self.order(&format!("unplug {NUMBER}"))
    }

    fn order(&mut self, order: &str) -> Result<()> {
        writeln!(self.orders, "{order}")?;
        self.given += 1;
        self.process.wait_for_line(&format!("done {}", self.given), PATIENCE)?;
        Ok(())
    }
}

const PATIENCE: Duration = Duration::from_secs(60);
/// Numbers that nobody's reader has.
const VENDOR: &str = "f055";
const PRODUCT: &str = "0001";
/// The reader's number on the bus.
const NUMBER: u16 = 1;
const LIBRARY: &str = "libreader.so";
/// pcscd reads it line by line: one element a line.
const INFO: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<dict>
<key>CFBundleExecutable</key>
<string>libreader.so</string>
<key>ifdCapabilities</key>
<string>0x00000000</string>
<key>ifdManufacturerString</key>
<string>Ankong</string>
<key>ifdProductString</key>
<string>Reader in software</string>
<key>ifdVendorID</key>
<array>
<string>0xF055</string>
</array>
<key>ifdProductID</key>
<array>
<string>0x0001</string>
</array>
<key>ifdFriendlyName</key>
<array>
<string>Ankong USB reader</string>
</array>
</dict>
</plist>
"#;
