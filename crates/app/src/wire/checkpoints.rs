//! What signs the audit log's checkpoints, and where they go.

use std::sync::Arc;

use agent_assist_domain::ports::CheckpointSink;
use agent_assist_sqlite::{Signing, SqliteStore};
use agent_assist_tlog::SigningKey;

use super::webhook::Webhook;
use super::{WireError, clock, open_store_as};
use crate::checkpoints::{
    Courier, Destination, FileDestination, KeyChangeService, SyslogDestination, load_key,
};
use crate::ids::Ids;
use crate::recorder::Recorder;
use crate::settings::{CheckpointSettings, Settings};

/// Opens the store of `settings` as [`open_store`](super::open_store) does, with the key of `settings` giving way to `successor`: the checkpoint that is signed when the
/// store is closed, behind what was recorded, hands over to that one.
///
/// # Errors
/// If it cannot be opened.
pub async fn open_store_to_hand_over(
    settings: &Settings,
    successor: SigningKey,
) -> Result<SqliteStore, WireError> {
    let signing = signing(settings)?.map(|signing| Signing {
        successor: Some(successor),
        ..signing
    });
    open_store_as(settings, signing).await
}

/// Records changes of the key that signs the log in `store`.
pub fn key_change(settings: &Settings, store: &SqliteStore) -> KeyChangeService {
    let recorder = Recorder::new(Arc::new(store.clone()), Vec::new());
    let tenant = settings.tenant.clone();
    KeyChangeService::new(tenant, recorder, clock(), Ids::time_ordered())
}

/// What signs the audit log's checkpoints and takes them away, if `settings` name a key.
pub(super) fn signing(settings: &Settings) -> Result<Option<Signing>, WireError> {
    let CheckpointSettings {
        key_file,
        file,
        webhook,
        syslog,
    } = &settings.checkpoints;
    let Some(key_file) = key_file else {
        return Ok(None);
    };
    let key = load_key(key_file).map_err(WireError::AuditKey)?;
    let mut destinations: Vec<Arc<dyn Destination>> = Vec::new();
    if let Some(path) = file {
        destinations.push(Arc::new(FileDestination::new(path.clone())));
    }
    if let Some(url) = webhook {
        let webhook = Webhook::new(url.clone(), &settings.upstream.http);
        destinations.push(Arc::new(webhook.map_err(WireError::Transport)?));
    }
    if let Some(target) = syslog {
        destinations.push(Arc::new(SyslogDestination::new(target.clone())));
    }
    let sink: Option<Arc<dyn CheckpointSink>> = match destinations.is_empty() {
        true => None,
        false => Some(Arc::new(Courier::start(destinations))),
    };
    Ok(Some(Signing {
        key,
        successor: None,
        clock: clock(),
        sink,
    }))
}
