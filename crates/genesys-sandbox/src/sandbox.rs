//! A running sandbox.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::api;
use crate::config::SandboxConfig;
use crate::connection::{Connections, Fuse};
use crate::conversation::Conversation;
use crate::fault::FaultRule;
use crate::journal::JournalEntry;
use crate::knowledge::Library;
use crate::ready::{ConversationRef, Ready};
use crate::world::World;

/// How long [`Sandbox::shutdown`] waits for requests that are being served.
const GRACE: Duration = Duration::from_secs(1);

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The address is taken or not ours.
    #[error("the sandbox cannot listen on {listen}")]
    Bind {
        /// The address asked for.
        listen: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The knowledge base file cannot be read.
    #[error("the knowledge base {} cannot be read", path.display())]
    ReadKnowledgeBase {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The knowledge base file is not an object of flows; see
    /// [`SandboxConfig::knowledge_base`](crate::SandboxConfig::knowledge_base).
    #[error("the knowledge base {} has the wrong form", path.display())]
    ParseKnowledgeBase {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The data compiled into the sandbox cannot be read: a defect of this crate.
    #[error("the sandbox's built-in data is damaged")]
    BuiltInData(#[source] serde_json::Error),
}

/// Genesys Cloud, emulated on a loopback port for as long as this value lives.
#[derive(Debug)]
pub struct Sandbox {
    world: Arc<World>,
    ready: Ready,
    /// Dropping it tells the server to stop.
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox on the current tokio runtime. It accepts requests once this returns.
    ///
    /// # Errors
    /// If the address cannot be bound, or the knowledge base file cannot be read or has the wrong
    /// form.
    pub async fn start(config: SandboxConfig) -> Result<Self, SandboxError> {
        let library = match &config.knowledge_base {
            Some(path) => Arc::new(read_library(path).await?),
            None => Library::shared().map_err(SandboxError::BuiltInData)?,
        };
        let conversations = Conversation::built_in().map_err(SandboxError::BuiltInData)?;
        let cannot_bind = |source| SandboxError::Bind {
            listen: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(cannot_bind)?;
        let address = listener.local_addr().map_err(cannot_bind)?;

        let world = Arc::new(World::new(library, conversations, &config));
        let (stop, stopped) = oneshot::channel::<()>();
        let service = api::router(&world).into_make_service_with_connect_info::<Fuse>();
        let server = axum::serve(Connections(listener), service);
        let server = server.with_graceful_shutdown(async {
            // An error means that the sender was dropped, which stops the server as well.
            let _ = stopped.await;
        });
        let server = tokio::spawn(async move {
            // Serving has no errors: failed connections are the server's own affair.
            let _ = server.await;
        });
        tracing::debug!(%address, "sandbox listens");
        Ok(Self {
            ready: ready(&world, address),
            world,
            stop,
            server,
        })
    }

    /// Where the sandbox is and how to log in.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The API's origin, such as `http://127.0.0.1:49152`, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.ready.base_url
    }

    /// The ids of the knowledge bases that exist and are not published, so that nothing is
    /// recommended from them. They are not in [`Ready::knowledge_sources`].
    #[must_use]
    pub fn unpublished_sources(&self) -> Vec<String> {
        let bases = self
            .world
            .library
            .bases
            .iter()
            .filter(|base| !base.published);
        bases.map(|base| base.id.to_string()).collect()
    }

    /// The requests seen so far, oldest first; at most the last 100,000, and fewer where their
    /// paths and rules are longer than 64 MiB together.
    #[must_use]
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.world.journal().entries()
    }

    /// How many requests each route has had since the start, by the names fault rules give routes
    /// and `unserved`. A route without a request is not in there.
    #[must_use]
    pub fn request_counts(&self) -> BTreeMap<String, u64> {
        self.world.journal().counts()
    }

    /// Milliseconds since the start, on the clock of the journal and of fault windows.
    #[must_use]
    pub fn age_ms(&self) -> u64 {
        self.world.age_ms()
    }

    /// Puts a fault in force, after those that are already. Its windows of time start now.
    pub fn add_fault(&self, rule: FaultRule) {
        self.world.faults().add(rule, Instant::now());
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.world.faults().clear();
    }

    /// Ends every token issued so far.
    pub fn expire_tokens(&self) {
        self.world.tokens().expire_all();
    }

    /// Stops listening, and waits up to a second for requests that are being served. Dropping the
    /// sandbox stops it too, without waiting.
    pub async fn shutdown(self) {
        let Self {
            stop, mut server, ..
        } = self;
        drop(stop);
        if tokio::time::timeout(GRACE, &mut server).await.is_err() {
            server.abort();
        }
    }
}

async fn read_library(path: &Path) -> Result<Library, SandboxError> {
    let text = tokio::fs::read_to_string(path).await.map_err(|source| {
        SandboxError::ReadKnowledgeBase {
            path: path.to_owned(),
            source,
        }
    })?;
    Library::parse(&text).map_err(|source| SandboxError::ParseKnowledgeBase {
        path: path.to_owned(),
        source,
    })
}

fn ready(world: &World, address: SocketAddr) -> Ready {
    let base_url = format!("http://{address}");
    let conversation = |conversation: &Conversation| ConversationRef {
        id: conversation.id.to_string(),
        title: conversation.title.clone(),
    };
    let published = world.library.bases.iter().filter(|base| base.published);
    Ready {
        token_url: format!("{base_url}/oauth/token"),
        base_url,
        client_id: world.client.id.clone(),
        client_secret: world.client.secret.clone(),
        conversations: world
            .sessions
            .iter()
            .map(|s| conversation(&s.conversation))
            .collect(),
        knowledge_sources: published.map(|base| base.id.to_string()).collect(),
    }
}
