//! The daemon under a supervisor: it says how it stands, and serves at sockets that are open already.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::harness::{Call, Home};
use super::serve::{Daemon, request};

const SERVICE: &str = include_str!("../../../../packaging/agent-assist.service");
const SOCKET: &str = include_str!("../../../../packaging/agent-assist.socket");

/// Somebody to whom the daemon says how it stands.
struct Supervisor(UnixDatagram);

impl Supervisor {
    fn listen(home: &Home) -> Self {
        let socket = UnixDatagram::bind(home.path("notify")).expect("a socket");
        let patience = Some(Duration::from_secs(30));
        socket.set_read_timeout(patience).expect("set");
        Self(socket)
    }

    /// What it says next.
    fn hears(&self) -> String {
        let mut said = [0; 256];
        let length = self.0.recv(&mut said).expect("it says something");
        String::from_utf8_lossy(&said[..length]).trim().to_owned()
    }
}

/// The values of a unit's directive.
fn values<'u>(unit: &'u str, directive: &str) -> Vec<&'u str> {
    let lines = unit.lines();
    let pairs = lines.filter_map(|line| line.split_once('='));
    pairs
        .filter(|(name, _)| *name == directive)
        .map(|(_, value)| value)
        .collect()
}

#[test]
fn the_unit_starts_a_daemon_that_says_when_it_is_ready_alive_and_ending() {
    let home = Home::new();
    let supervisor = Supervisor::listen(&home);
    home.write("credentials/client-secret", "of the upstream");
    let config = home.write(
        "config.toml",
        "[upstream]\nregion = \"us-east-1\"\nclient_id = \"client\"\n",
    );
    let start = values(SERVICE, "ExecStart").concat();
    let words = start.strip_prefix("/usr/bin/agent-assist ").expect("ours");
    let words = words
        .replace(
            "/etc/agent-assist/config.toml",
            &config.display().to_string(),
        )
        .replace(
            "/var/lib/agent-assist",
            &home.path("").display().to_string(),
        );
    let mut call = home
        .call(&words)
        .words("--listen 127.0.0.1:0 --admin-listen 127.0.0.1:0");
    for variable in values(SERVICE, "Environment") {
        let (name, value) = variable.split_once('=').expect("a variable");
        let credentials = home.path("credentials").display().to_string();
        call = call.env(name, value.replace("%d", &credentials));
    }
    let daemon = Daemon::spawn(
        call.env("NOTIFY_SOCKET", home.path("notify"))
            .env("WATCHDOG_USEC", "200000")
            .into_command(),
    );
    assert_eq!(values(SERVICE, "Type"), ["notify"]);
    assert_eq!(supervisor.hears(), "READY=1");
    assert_eq!(supervisor.hears(), "WATCHDOG=1");
    assert_eq!(supervisor.hears(), "WATCHDOG=1");
    daemon.terminate();
    let mut said = supervisor.hears();
    while said == "WATCHDOG=1" {
        said = supervisor.hears();
    }
    assert_eq!(said, "STOPPING=1");
    let (code, said) = daemon.end();
    assert_eq!(
        (code, &*said.replace(&first_key_line(&said), "")),
        (Some(0), "")
    );
}

/// The only thing that it says at a first start: no setting of the unit is unknown to it.
fn first_key_line(said: &str) -> String {
    let lines = said.split_inclusive('\n');
    let line = lines.filter(|line| line.contains("made an admin's key"));
    line.collect()
}

/// `call` with these sockets open as systemd passes them.
fn passing(call: Call, api: TcpListener, admin: TcpListener) -> Command {
    let inner = call.into_command();
    let mut command = Command::new("sh");
    // The process's own number is known only in it.
    command
        .args([
            "-c",
            "exec 3<&0 4<&2 </dev/null 2>/dev/null; \
               LISTEN_PID=$$ LISTEN_FDS=2 exec \"$@\"",
            "sh",
        ])
        .arg(inner.get_program())
        .args(inner.get_args())
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    for (name, value) in inner.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
        .stdin(Stdio::from(OwnedFd::from(api)))
        .stderr(Stdio::from(OwnedFd::from(admin)));
    command
}

#[test]
fn sockets_that_are_passed_are_served_and_no_others() {
    assert_eq!(
        values(SOCKET, "ListenStream"),
        ["127.0.0.1:8470", "127.0.0.1:8471"],
        "as many as it takes, in this order"
    );
    let home = Home::new();
    let sockets = || TcpListener::bind("127.0.0.1:0").expect("a free port");
    let (api, admin) = (sockets(), sockets());
    let at = |socket: &TcpListener| format!("http://{}", socket.local_addr().expect("bound"));
    let (url, admin_url) = (at(&api), at(&admin));
    // If it opened this one it would fail.
    let taken = sockets();
    let words = format!(
        "serve --sandbox --listen {0} --admin-listen {0}",
        taken.local_addr().expect("bound")
    );
    let daemon = Daemon::spawn_with(passing(home.call(&words), api, admin));
    assert_eq!((daemon.url(), daemon.admin_url()), (&*url, &*admin_url));
    assert_eq!(request(&admin_url, "GET /livez", "", "").body, "ok\n");
    assert_eq!(request(&url, "GET /openapi.json", "", "").status, 200);
}

#[test]
fn a_socket_that_others_can_reach_needs_encryption() {
    let home = Home::new();
    let open = TcpListener::bind("0.0.0.0:0").expect("a free port");
    let admin = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let refused = passing(home.call("serve --sandbox"), open, admin)
        .output()
        .expect("it runs");
    assert_eq!(
        (refused.status.code(), &*refused.stdout),
        (Some(2), &b""[..])
    );
}

#[test]
fn it_says_that_it_reads_its_settings_anew_until_it_serves_by_them_or_by_those_before() {
    let home = Home::new();
    let supervisor = Supervisor::listen(&home);
    let call = home
        .call("serve --sandbox --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0")
        .env("NOTIFY_SOCKET", home.path("notify"));
    let daemon = Daemon::spawn(call.into_command());
    assert_eq!(supervisor.hears(), "READY=1");
    let mut before = 0_u64;
    for relevance in ["1.0", "more than can be"] {
        let text = format!("[screening]\nmin_relevance = {relevance:?}\n");
        home.write("config/agent-assist/config.toml", &text);
        daemon.signal("-HUP");
        let said = supervisor.hears();
        let at = said.strip_prefix("RELOADING=1\nMONOTONIC_USEC=");
        let Some(at) = at.and_then(|at| at.parse().ok()) else {
            panic!("{said}");
        };
        assert!(at > before, "each with the time at which it began");
        before = at;
        assert_eq!(supervisor.hears(), "READY=1");
    }
}
