//! Streams of conversations.

use crate::fetch::{FetchOptions, FetchService};
use crate::ids::Ids;
use crate::settings::Settings;
use crate::streams::{Room, StreamParts, StreamService};

/// Streams of what `fetch` brings, asked for with `options`.
pub fn streams(settings: &Settings, fetch: &FetchService, options: FetchOptions) -> StreamService {
    StreamService::new(StreamParts {
        fetch: fetch.clone(),
        options,
        room: Room::default(),
        most_hubs: settings.serve.max_streams() as usize,
        clock: super::clock(),
        ids: Ids::time_ordered(),
    })
}
