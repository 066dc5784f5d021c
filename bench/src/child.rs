//! Processes that take part: started on a core of their own, ended with the measurement.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child as Process, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::Outcome;
use crate::process;

/// How long a process may take until it is ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Core {
    /// Where what is measured runs.
    Server,
    /// Where the load comes from, and whatever else takes part.
    Load,
}

impl Core {
    fn number(self) -> &'static str {
        match self {
            Self::Server => "0",
            Self::Load => "1",
        }
    }
}

/// `program` on `core`, where the machine has two and can pin; else anywhere, which machine facts say.
pub(crate) fn command(core: Core, program: impl AsRef<OsStr>) -> Command {
    let mut command = if can_pin() {
        let mut command = Command::new("taskset");
        command.args(["-c", core.number()]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Whether processes can be pinned to cores.
pub(crate) fn can_pin() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let taskset = std::process::Command::new("taskset")
        .arg("-V")
        .stdout(Stdio::null())
        .status();
    cores >= 2 && taskset.is_ok_and(|status| status.success())
}

/// This program in the role `name`, still to be told the rest.
pub(crate) fn role(core: Core, name: &str) -> Outcome<Command> {
    let mut command = command(core, std::env::current_exe()?);
    command.args([crate::ROLE, name]);
    Ok(command)
}

/// A server, killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    /// Where it listens.
    pub(crate) at: SocketAddr,
}

impl Server {
    /// Starts the role `name` that serves the body in a file, and prints the address it listens at.
    pub(crate) async fn of_body(core: Core, name: &str, body: &Path) -> Outcome<Self> {
        let mut command = role(core, name)?;
        command.arg("--body").arg(body);
        let (process, line) = first_line(command).await?;
        let at = line.trim().parse()?;
        Ok(Self { process, at })
    }

    /// Starts `command`, which listens at `at` soon.
    pub(crate) async fn listening(mut command: Command, at: SocketAddr) -> Outcome<Self> {
        let mut process = command.spawn()?;
        let began = Instant::now();
        while TcpStream::connect(at).await.is_err() {
            if let Some(status) = process.try_wait()? {
                return Err(format!("it ended at once: {status}").into());
            }
            if began.elapsed() > PATIENCE {
                return Err("it does not listen".into());
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(Self { process, at })
    }

    /// A process that runs and listens at `at`.
    pub(crate) fn of(process: Process, at: SocketAddr) -> Self {
        Self { process, at }
    }

    /// Processor time so far, of its children too.
    pub(crate) fn processor(&self) -> Duration {
        self.process.id().map_or(Duration::ZERO, process::processor)
    }

    /// Bytes in memory now, of its children too.
    pub(crate) fn memory(&self) -> u64 {
        self.process.id().map_or(0, process::memory)
    }

    /// Ends it in order, and says how it did.
    pub(crate) async fn end(mut self) -> Outcome<ExitStatus> {
        if let Some(pid) = self.process.id() {
            let status = Command::new("kill").arg(pid.to_string()).status().await?;
            if status.success()
                && let Ok(ended) = timeout(PATIENCE, self.process.wait()).await
            {
                return Ok(ended?);
            }
        }
        self.process.kill().await?;
        Ok(self.process.wait().await?)
    }
}

/// Starts `command` and waits for its first line.
pub(crate) async fn first_line(mut command: Command) -> Outcome<(Process, String)> {
    let mut process = command.stdout(Stdio::piped()).spawn()?;
    let output = process.stdout.take().ok_or("no output")?;
    let mut lines = BufReader::new(output).lines();
    let line = timeout(PATIENCE, lines.next_line()).await??;
    let line = line.ok_or_else(|| format!("{command:?} ended before it was ready"))?;
    // Read on, so that it never waits for somebody to read.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((process, line))
}

/// Runs `command` to its end and reads what it prints.
pub(crate) async fn result<T: DeserializeOwned>(mut command: Command) -> Outcome<T> {
    let output = command.output().await?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().unwrap_or_default();
        let program = command.as_std().get_args().next().unwrap_or_default();
        return Err(format!("{}: {}: {last}", program.display(), output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
