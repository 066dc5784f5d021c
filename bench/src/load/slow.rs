//! Clients that never finish a request (slowloris): each keeps a connection, says a byte of a head now and
//! then, and comes back when it is hung up on.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::process::Child as Process;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::child::{self, Core};
use crate::{Outcome, say};

/// How often each says a byte: so often that a server would think it alive.
const PACE: Duration = Duration::from_millis(200);
/// What comes before the header that never ends.
const HEAD: &[u8] = b"POST /v1/recommendations HTTP/1.1\r\nhost: localhost\r\nx-a: ";

/// So many of them, in a process on the load's core, until it is dropped. Ready once all have begun.
pub(crate) async fn begin(to: SocketAddr, clients: usize) -> Outcome<Process> {
    let mut command = child::role(Core::Load, "slow")?;
    command.arg("--to").arg(to.to_string());
    command.arg("--clients").arg(clients.to_string());
    let (process, _) = child::first_line(command).await?;
    Ok(process)
}

/// The role: for ever.
pub(crate) async fn trickle(to: SocketAddr, clients: usize) -> Outcome<()> {
    let mut trickling = JoinSet::new();
    for _ in 0..clients {
        let first = TcpStream::connect(to).await?;
        trickling.spawn(one(to, first));
        // Spread over the pace, as they would be.
        sleep(PACE / u32::try_from(clients)?).await;
    }
    say("ready");
    trickling.join_all().await;
    Ok(())
}

async fn one(to: SocketAddr, mut stream: TcpStream) {
    loop {
        let mut heard = stream.write_all(HEAD).await.is_ok();
        while heard {
            sleep(PACE).await;
            heard = stream.write_all(b"x").await.is_ok();
        }
        match TcpStream::connect(to).await {
            Ok(again) => stream = again,
            Err(_) => return,
        }
    }
}
