//! The tray's menu, read and clicked over D-Bus.

use std::process::Command;

use ankong_stage::VirtualDisplay;

/// The tray's menu as a desktop would read it, com.canonical.dbusmenu on the session bus.
pub struct Menu<'a> {
    display: &'a VirtualDisplay,
    item: String,
}

impl<'a> Menu<'a> {
    /// Of the program with this process id.
    pub fn of(display: &'a VirtualDisplay, process: u32) -> Self {
        Self { display, item: format!("org.kde.StatusNotifierItem-{process}-1") }
    }

    fn call(&self, method: &str, arguments: &[&str]) -> Option<String> {
        let output = Command::new("dbus-send")
            .envs(self.display.environment())
            .args(["--session", "--print-reply", "--reply-timeout=2000"])
            .arg(format!("--dest={}", self.item))
            .arg("/MenuBar")
            .arg(format!("com.canonical.dbusmenu.{method}"))
            .args(arguments)
            .output()
            .unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    }

    fn layout(&self) -> Option<String> {
        self.call("GetLayout", &["int32:0", "int32:-1", "array:string:label"])
    }

    pub fn labels(&self) -> Option<Vec<String>> {
        let layout = self.layout()?;
        let mut lines = layout.lines();
        let mut labels = Vec::new();
        while let Some(line) = lines.next() {
            if line.contains("\"label\"") {
                let value = lines.next()?.split('"').nth(1)?;
                labels.extend((!value.is_empty()).then(|| value.to_owned()));
            }
        }
        Some(labels)
    }

    /// Whether the entry with this label is ticked.
    pub fn is_ticked(&self, label: &str) -> bool {
        let state = self.call("GetProperty", &[&self.id(label), "string:toggle-state"]);
        state.unwrap().contains("int32 1")
    }

    fn id(&self, label: &str) -> String {
        let layout = self.layout().unwrap();
        let before = layout.split(&format!("\"{label}\"")).next().unwrap();
        let id = before.rsplit("int32 ").next().unwrap().lines().next().unwrap().trim();
        format!("int32:{id}")
    }

    pub fn click(&self, label: &str) {
        let id = self.id(label);
        // The program may end before it has answered.
        let _ = self.call("Event", &[&id, "string:clicked", "variant:string:x", "uint32:0"]);
    }
}
