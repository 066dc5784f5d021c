//! A home, the program, an upstream.
//!
//! Every call of the program sees an empty environment but for a home folder in a temporary place,
//! so no test sees another's store, nor the machine's settings.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use agent_assist_sandbox::{Sandbox, SandboxConfig};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A home folder with nothing in it.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A file of the folder in which the program keeps its stores.
    pub(crate) fn data(&self, name: &str) -> PathBuf {
        self.path("data/agent-assist").join(name)
    }

    /// Every file the program keeps, but for the key: it is there to be secret.
    pub(crate) fn stored(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let Ok(folder) = std::fs::read_dir(self.data("")) else {
            return Vec::new();
        };
        folder
            .map(|entry| entry.expect("listed").path())
            .filter(|path| path.extension().is_none_or(|extension| extension != "key"))
            .map(|path| {
                let bytes = std::fs::read(&path).expect("readable");
                (path, bytes)
            })
            .collect()
    }

    /// Writes a file and says where.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("below home")).expect("folders");
        std::fs::write(&path, text).expect("written");
        path
    }

    /// The program with these words as arguments.
    pub(crate) fn call(&self, words: &str) -> Call {
        let mut command = Command::new(env!("CARGO_BIN_EXE_agent-assist"));
        command
            .args(words.split_whitespace())
            .env_clear()
            .env("HOME", self.0.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"));
        Call {
            command,
            input: String::new(),
        }
    }

    /// Runs it, expecting no failure.
    pub(crate) fn ok(&self, words: &str) -> Run {
        self.call(words).exits(0)
    }
}

/// One call of the program, not made yet.
pub(crate) struct Call {
    command: Command,
    input: String,
}

impl Call {
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn words(mut self, words: &str) -> Self {
        self.command.args(words.split_whitespace());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn input(mut self, text: impl Into<String>) -> Self {
        self.input = text.into();
        self
    }

    /// The same call, made by another program: its own words, then those of this one.
    #[cfg(target_os = "linux")]
    pub(crate) fn behind(self, wrapper: &str, words: &[&OsStr]) -> Self {
        let mut command = Command::new(wrapper);
        command
            .args(words)
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        Self { command, ..self }
    }

    /// With what `change` makes of it.
    #[cfg(target_os = "linux")]
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Command)) -> Self {
        change(&mut self.command);
        self
    }

    /// The call as a command, for those who want to keep the process.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    pub(crate) fn run(mut self) -> Run {
        let call = format!("{:?}", self.command.get_args().collect::<Vec<_>>());
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that reads no input may be gone already.
        let _ = stdin.write_all(self.input.as_bytes());
        drop(stdin);
        let Output {
            status,
            stdout,
            stderr,
        } = child.wait_with_output().expect("the program ends");
        Run {
            call,
            code: status.code(),
            stdout: String::from_utf8(stdout).expect("UTF-8"),
            stderr: String::from_utf8(stderr).expect("UTF-8"),
        }
    }

    /// Runs the program and insists on its exit code.
    pub(crate) fn exits(self, code: i32) -> Run {
        let run = self.run();
        assert_eq!(run.code, Some(code), "{run}");
        run
    }
}

/// What came of a call.
#[derive(Debug)]
pub(crate) struct Run {
    call: String,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} exited with {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.call, self.code, self.stdout, self.stderr
        )
    }
}

impl Run {
    /// The arguments.
    pub(crate) fn call(&self) -> &str {
        &self.call
    }

    /// Standard output, which must be one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Standard output, which must be a JSON document a line.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line);
        self.stdout
            .lines()
            .map(|line| parse(line).unwrap_or_else(|error| panic!("{error}: {self}")))
            .collect()
    }

    /// Insists that standard error holds every one of `words`.
    pub(crate) fn says(&self, words: &[&str]) {
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in {self}");
        }
    }
}

/// A sandbox on a runtime of its own, so that tests may wait for the program.
pub(crate) struct Upstream {
    // Before the runtime, which it needs to stop.
    sandbox: Sandbox,
    runtime: Runtime,
}

impl Upstream {
    pub(crate) fn start() -> Self {
        Self::with(SandboxConfig::default())
    }

    pub(crate) fn with(config: SandboxConfig) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let sandbox = runtime
            .block_on(Sandbox::start(config))
            .expect("a loopback port is free");
        Self { sandbox, runtime }
    }

    /// The program pointed at this upstream as at a gateway.
    pub(crate) fn call(&self, home: &Home, words: &str) -> Call {
        let ready = self.sandbox.ready();
        home.call(&format!("--api-base {} {words}", ready.base_url))
            .env("GENESYSCLOUD_OAUTHCLIENT_ID", &ready.client_id)
            .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", &ready.client_secret)
    }

    /// `fetch` in the recommendations dialect, of the first conversation from every source.
    pub(crate) fn fetch(&self, home: &Home) -> Call {
        let sources: Vec<String> = self
            .sources()
            .iter()
            .map(|id| format!("--knowledge-source {id}"))
            .collect();
        let conversation = self.conversation(0);
        let words = format!(
            "fetch --dialect recommendations --conversation {conversation} --session s-1 {}",
            sources.join(" ")
        );
        self.call(home, &words)
    }

    /// `fetch` in the suggestions dialect, of the conversation at this position.
    pub(crate) fn fetch_suggestions(&self, home: &Home, position: usize) -> Call {
        let conversation = self.conversation(position);
        let words = format!("fetch --dialect suggestions --conversation {conversation}");
        self.call(home, &words)
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    pub(crate) fn conversation(&self, position: usize) -> &str {
        &self.sandbox.ready().conversations[position].id
    }

    /// The conversation that the platform's Copilot never listened to.
    pub(crate) fn without_copilot(&self) -> usize {
        self.sandbox.ready().conversations.len() - 1
    }

    pub(crate) fn sources(&self) -> &[String] {
        &self.sandbox.ready().knowledge_sources
    }

    pub(crate) fn fault(&self, rule: &str) {
        self.sandbox.add_fault(rule.parse().expect("a fault rule"));
    }

    /// How often a path was asked for.
    pub(crate) fn requests(&self, path: &str) -> usize {
        let seen = self.sandbox.journal();
        seen.iter()
            .filter(|entry| entry.path.contains(path))
            .count()
    }

    /// The upstream is gone, its address stays behind.
    pub(crate) fn stop(self) -> String {
        let address = self.sandbox.base_url().to_owned();
        self.runtime.block_on(self.sandbox.shutdown());
        address
    }
}

/// The recommendations of an answer.
pub(crate) fn recommendations(answer: &Value) -> &[Value] {
    answer["recommendations"].as_array().expect("a list")
}

/// One member of every element of a list, as texts.
pub(crate) fn texts<'a>(list: &'a [Value], member: &str) -> Vec<&'a str> {
    list.iter()
        .map(|value| value[member].as_str().expect("a text"))
        .collect()
}
