//! Python: the class that users start from, and the vendor's SDK. Both ask one upstream, one request
//! after the other, as programs of that kind do.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tokio::process::Command;

use crate::Outcome;
use crate::child::{self, Core};

/// What a program of Python's did.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Rate {
    pub(crate) per_s: f64,
}

/// What `tutorial_python.py bench` says.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Class {
    pub(crate) cache_hit_fetch: Rate,
    pub(crate) uncached_fetch: Rate,
}

/// The class as users write it down, where somebody has it.
#[derive(Clone, Debug)]
pub(crate) struct Baseline {
    python: PathBuf,
    script: PathBuf,
}

impl Baseline {
    /// The class in `folder`, with what it needs in a virtual environment in `place`.
    ///
    /// # Errors
    /// Why it is skipped.
    pub(crate) async fn prepare(folder: Option<&Path>, place: &Path) -> Result<Self, String> {
        let folder = folder.ok_or("no --baseline")?;
        let script = folder.join("tutorial_python.py");
        if !script.is_file() {
            return Err(format!("{} is not there", script.display()));
        }
        let venv = place.join("baseline-python");
        let python = venv.join("bin/python");
        let needs = folder.join("requirements.txt");
        let environment: [&std::ffi::OsStr; 3] = ["-m".as_ref(), "venv".as_ref(), venv.as_ref()];
        let install: [&std::ffi::OsStr; 6] = [
            "-m".as_ref(),
            "pip".as_ref(),
            "install".as_ref(),
            "--quiet".as_ref(),
            "-r".as_ref(),
            needs.as_ref(),
        ];
        for (program, arguments) in [
            (Path::new("python3"), &environment[..]),
            (python.as_path(), &install[..]),
        ] {
            let done = Command::new(program).args(arguments).output().await;
            match done {
                Ok(output) if output.status.success() => {}
                Ok(output) => {
                    let said = String::from_utf8_lossy(&output.stderr);
                    let last = said.lines().last().unwrap_or_default();
                    return Err(format!("its environment cannot be made: {last}"));
                }
                Err(error) => return Err(format!("{}: {error}", program.display())),
            }
        }
        Ok(Self { python, script })
    }

    /// What it does in a second, asking `upstream`.
    ///
    /// # Errors
    /// If it fails.
    pub(crate) async fn measure(&self, upstream: SocketAddr, quick: bool) -> Outcome<Class> {
        let mut command = child::command(Core::Server, &self.python);
        command.arg(&self.script).arg("bench");
        command.arg("--base-url").arg(format!("http://{upstream}"));
        // Starts are measured elsewhere, beside other programs.
        command.args(["--starts", "1", "--seconds"]);
        command.arg(if quick { "0.2" } else { "1" });
        child::result(command).await
    }

    /// One fetch by a fresh process.
    pub(crate) fn once(&self, upstream: SocketAddr) -> Command {
        let mut command = child::command(Core::Server, &self.python);
        command.arg(&self.script).arg("once");
        command.arg("--base-url").arg(format!("http://{upstream}"));
        command
    }
}

/// The vendor's SDK in the virtual environment that the sandbox's tests make.
#[derive(Clone, Debug)]
pub(crate) struct Sdk {
    python: PathBuf,
}

const SDK_SCRIPT: &str = include_str!("vendor_sdk.py");

impl Sdk {
    /// The SDK, installed where it is not.
    ///
    /// # Errors
    /// Why it is skipped.
    pub(crate) async fn prepare() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let setup = root.join("crates/genesys-sandbox/tests/vendor_sdk_setup.sh");
        let done = Command::new(&setup).output().await;
        let done = done.map_err(|error| format!("{}: {error}", setup.display()))?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr);
            let last = said.lines().last().unwrap_or_default();
            return Err(format!("the vendor's SDK cannot be installed: {last}"));
        }
        let python = root.join("target/vendor-sdk/bin/python");
        Ok(Self { python })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = child::command(Core::Server, &self.python);
        command.args(["-c", SDK_SCRIPT]).args(arguments);
        command
    }

    /// What it does in a second, asking `upstream`.
    ///
    /// # Errors
    /// If it fails.
    pub(crate) async fn measure(&self, upstream: SocketAddr, seconds: f64) -> Outcome<Rate> {
        let (url, seconds) = (format!("http://{upstream}"), seconds.to_string());
        child::result(self.command(&[&url, &seconds])).await
    }

    /// One fetch by a fresh process.
    pub(crate) fn once(&self, upstream: SocketAddr) -> Command {
        self.command(&[&format!("http://{upstream}"), "0"])
    }
}
