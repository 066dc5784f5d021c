//! Who may ask the daemon.

use std::sync::Arc;

use agent_assist_domain::screening::Screening;
use agent_assist_sqlite::SqliteStore;

use super::{WireError, clock};
use crate::access::{AccessService, DenialService, KeyService, TokenKey};
use crate::administration::AdminRecorder;
use crate::ids::Ids;
use crate::settings::Settings;

/// Looks after the keys in `store`, on record there; what looks like personal data to `screening` is no
/// limit of a key.
pub fn keys(settings: &Settings, store: &SqliteStore, screening: &Screening) -> KeyService {
    KeyService::new(
        Arc::new(store.clone()),
        clock(),
        admin_recorder(settings, store),
        screening.scanner().clone(),
    )
}

/// Puts on record in `store` what administrators do.
pub fn admin_recorder(settings: &Settings, store: &SqliteStore) -> AdminRecorder {
    AdminRecorder::new(
        settings.tenant.clone(),
        Arc::new(store.clone()),
        clock(),
        Ids::time_ordered(),
    )
}

/// Says who asks, by the keys in `store` and by tokens under the key beside it, which is made on first
/// use.
///
/// # Errors
/// If that key cannot be used.
pub fn access(settings: &Settings, store: &SqliteStore) -> Result<AccessService, WireError> {
    let token_key = TokenKey::load_or_create(&settings.store).map_err(WireError::Key)?;
    Ok(AccessService::new(
        Arc::new(store.clone()),
        clock(),
        token_key,
    ))
}

/// Puts on record in `store` who was denied; what looks like personal data to `screening` is not told.
pub fn denials(settings: &Settings, store: &SqliteStore, screening: &Screening) -> DenialService {
    DenialService::new(
        settings.tenant.clone(),
        Arc::new(store.clone()),
        clock(),
        Ids::time_ordered(),
        screening.scanner().clone(),
    )
}
