//! The recommendations dialect: one atomic GET, one answer. The upstream pages and filters.

use std::sync::Arc;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::ports::{SourceError, SourceQuery};
use agent_assist_domain::time::Deadline;

use crate::ask::Ask;
use crate::client::ApiClient;
use crate::error;
use crate::mapping::recommendation;
use crate::request;
use crate::spent::Spent;
use crate::verify;

/// Asks for the recommendations that `query` describes.
pub(crate) async fn fetch(
    client: &ApiClient,
    query: &SourceQuery,
    deadline: Deadline,
) -> Result<Batch, SourceError> {
    let config = &client.config;
    let url = request::recommendations(&config.api_base, query, config.send_intents);
    let mut spent = Spent::default();
    let response = client
        .send(Ask::get(&url, query)?, deadline, &mut spent)
        .await?;
    let listing = verify::listing(&response).map_err(|error| error.in_answer(&response, spent))?;
    let mut batch = Batch {
        upstream: error::facts(&response, spent),
        ..Batch::default()
    };
    for entity in listing.entities {
        match recommendation::read(entity, &mut batch.unknown_fields) {
            Ok(item) => batch.items.push(Arc::new(item)),
            Err(reason) => batch.malformed.push(reason),
        }
    }
    Ok(batch)
}
