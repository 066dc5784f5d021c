//! The receipts in a body: what was found of personal data, never the value.

use agent_assist_domain::pii::ValueHash;
use agent_assist_domain::screening::{Receipt, Receipts, ValueProof, action_from_name};
use serde::{Deserialize, Serialize};

use super::{BadBody, try_all};

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Found {
    kept: Vec<FoundOne>,
    untold: u32,
}

impl Found {
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.untold == 0
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundOne {
    pointer: String,
    entity: String,
    detector: String,
    rules_version: u32,
    start: u32,
    end: u32,
    confidence_percent: u8,
    action: String,
    /// 32 hexadecimal digits.
    value_hash: Option<String>,
    no_value_hash: Option<String>,
}

impl From<Receipts> for Found {
    fn from(receipts: Receipts) -> Self {
        Self {
            kept: receipts.kept.into_iter().map(FoundOne::from).collect(),
            untold: receipts.untold,
        }
    }
}

impl TryFrom<Found> for Receipts {
    type Error = BadBody;

    fn try_from(found: Found) -> Result<Self, BadBody> {
        Ok(Self {
            kept: try_all(found.kept)?,
            untold: found.untold,
        })
    }
}

impl From<Receipt> for FoundOne {
    fn from(receipt: Receipt) -> Self {
        Self {
            pointer: receipt.pointer,
            entity: receipt.entity.as_str().to_owned(),
            detector: receipt.detector,
            rules_version: receipt.rules_version,
            start: receipt.start,
            end: receipt.end,
            confidence_percent: receipt.confidence,
            action: receipt.action.as_str().to_owned(),
            value_hash: receipt.proof.hash().map(|hash| hash.to_string()),
            no_value_hash: receipt.proof.why_missing().map(str::to_owned),
        }
    }
}

impl TryFrom<FoundOne> for Receipt {
    type Error = BadBody;

    fn try_from(found: FoundOne) -> Result<Self, BadBody> {
        let hash = found.value_hash.map(|hash| hash_of(&hash)).transpose()?;
        Ok(Self {
            pointer: found.pointer,
            entity: found.entity.parse().map_err(|_| BadBody::Value("entity"))?,
            detector: found.detector,
            rules_version: found.rules_version,
            start: found.start,
            end: found.end,
            confidence: found.confidence_percent,
            action: action_from_name(&found.action).ok_or(BadBody::Value("action"))?,
            proof: ValueProof::from_parts(hash, found.no_value_hash.as_deref())
                .ok_or(BadBody::Value("value_hash"))?,
        })
    }
}

fn hash_of(hex: &str) -> Result<ValueHash, BadBody> {
    let number = (hex.len() == 32).then(|| u128::from_str_radix(hex, 16).ok());
    let number = number.flatten().ok_or(BadBody::Value("value_hash"))?;
    Ok(ValueHash::from_bytes(number.to_be_bytes()))
}
