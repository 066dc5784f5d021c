//! nginx with `proxy_cache`: what gives out a remembered body where nobody checks, decides or records.

use std::ffi::OsStr;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;

use crate::Outcome;
use crate::child::{self, Core, Server};

/// Whether it is there.
pub(crate) fn is_there() -> bool {
    let asked = std::process::Command::new("nginx")
        .arg("-v")
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

/// Why it is skipped.
pub(crate) const MISSING: &str = "nginx is not installed (apt-get install nginx-light)";

/// One process, so that ending it leaves no other behind, that remembers what `upstream` gives.
pub(crate) async fn start(folder: &Path, upstream: SocketAddr) -> Outcome<Server> {
    let at = free_address()?;
    let folder = folder.join("nginx");
    fs::create_dir_all(&folder)?;
    let place = folder.display();
    let settings = format!(
        "daemon off;
         master_process off;
         pid {place}/pid;
         error_log stderr crit;
         events {{ worker_connections 4096; }}
         http {{
             access_log off;
             sendfile on;
             tcp_nopush on;
             keepalive_requests 1000000000;
             default_type application/json;
             client_body_temp_path {place}/body;
             proxy_temp_path {place}/proxy;
             fastcgi_temp_path {place}/fastcgi;
             uwsgi_temp_path {place}/uwsgi;
             scgi_temp_path {place}/scgi;
             open_file_cache max=20000 inactive=1h;
             proxy_cache_path {place}/cache levels=1:2 keys_zone=answers:32m max_size=4g inactive=1h;
             server {{
                 listen {at};
                 location / {{
                     proxy_pass http://{upstream};
                     proxy_cache answers;
                     proxy_cache_valid 200 1h;
                 }}
             }}
         }}"
    );
    let path = folder.join("nginx.conf");
    fs::write(&path, settings)?;
    let mut command = child::command(Core::Server, "nginx");
    let arguments: [&OsStr; 4] = ["-p".as_ref(), folder.as_ref(), "-c".as_ref(), path.as_ref()];
    command.args(arguments).stderr(Stdio::null());
    Server::listening(command, at).await
}

/// An address that nobody listens at.
fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
