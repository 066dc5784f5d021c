//! Every shape, decoded from a sample and encoded again without loss.
//!
//! The samples under `samples/` are synthetic. Equality with the sample proves that nothing is
//! dropped or renamed; the snapshots show what the crate writes, field order included, and what its
//! `Debug` gives away.

use std::fmt::Debug;

use agent_assist_genesys_wire::{
    DocumentSearch, DocumentSearchRequest, DocumentSearchResult, EngagementRequest, ErrorBody,
    KnowledgeBase, Limit, Listing, RecommendationEntity, Suggestion, SuggestionState,
    SuggestionType, TokenError, TokenInfo, TokenResponse, TriggerType,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

/// Decodes the sample, checks that encoding gives it back, and snapshots what was encoded.
fn assert_round_trip<T: DeserializeOwned + Serialize + Debug>(name: &str, sample: &str) {
    let decoded: T = serde_json::from_str(sample).expect("the sample decodes");
    let encoded = serde_json::to_value(&decoded).expect("the shape encodes");
    let original: Value = serde_json::from_str(sample).expect("the sample is JSON");
    assert_eq!(encoded, original, "{name} lost or changed something");
    insta::assert_json_snapshot!(name, decoded);
    insta::assert_debug_snapshot!(format!("{name}_debug"), decoded);
}

macro_rules! round_trips {
    ($($name:ident: $shape:ty),+ $(,)?) => {$(
        #[test]
        fn $name() {
            let sample = include_str!(concat!("samples/", stringify!($name), ".json"));
            assert_round_trip::<$shape>(stringify!($name), sample);
        }
    )+};
}

round_trips! {
    suggestion_listing: Listing<Suggestion>,
    suggestion_listing_last_page: Listing<Suggestion>,
    engagement_copied: EngagementRequest,
    engagement_feedback: EngagementRequest,
    recommendations: Listing<RecommendationEntity>,
    knowledge_base: KnowledgeBase,
    document_search_request: DocumentSearchRequest,
    document_search: DocumentSearch<DocumentSearchResult>,
    limits: Listing<Limit>,
    token: TokenResponse,
    token_info: TokenInfo,
    token_wrong_secret: TokenError,
    token_rate_limited: TokenError,
    error_400_with_details: ErrorBody,
    error_401: ErrorBody,
    error_403: ErrorBody,
    error_404: ErrorBody,
    error_429: ErrorBody,
}

const LISTING: &str = include_str!("samples/suggestion_listing.json");

#[test]
fn entities_decode_one_by_one_so_that_a_bad_one_does_not_take_the_page() {
    let with_a_bad_one = LISTING.replacen("0.87", "\"high\"", 1);
    assert!(serde_json::from_str::<Listing<Suggestion>>(&with_a_bad_one).is_err());

    let page: Listing<Box<RawValue>> =
        serde_json::from_str(&with_a_bad_one).expect("the envelope is sound");
    let (good, bad): (Vec<_>, Vec<_>) = page
        .entities
        .iter()
        .map(|raw| serde_json::from_str::<Suggestion>(raw.get()))
        .partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (7, 1));
}

#[test]
fn names_from_the_future_are_kept_and_their_payload_can_be_counted() {
    let page: Listing<Suggestion> = serde_json::from_str(LISTING).expect("the sample decodes");
    let (future, known) = page.entities.split_last().expect("the sample has entities");
    assert!(
        known.iter().all(|suggestion| suggestion.extra.is_empty()),
        "every payload has a name"
    );
    assert_eq!(
        future.kind,
        Some(SuggestionType::Other("SomeFutureType".to_owned()))
    );
    assert_eq!(
        future.trigger_type,
        Some(TriggerType::Other("ExplicitQuery".to_owned()))
    );
    assert_eq!(future.state, Some(SuggestionState::Suggested));
    assert_eq!(future.extra.keys().collect::<Vec<_>>(), ["futurePayload"]);
}

#[test]
fn a_listing_without_entities_is_not_a_listing() {
    assert!(serde_json::from_str::<Listing<Suggestion>>(r#"{"selfUri": "/x"}"#).is_err());
}

#[test]
fn debug_gives_away_no_text_and_no_token() {
    let page: Listing<Suggestion> = serde_json::from_str(LISTING).expect("the sample decodes");
    let token: TokenResponse =
        serde_json::from_str(include_str!("samples/token.json")).expect("the sample decodes");
    let mut shown = format!("{page:#?}{token:?}");
    shown += &debug_of_a_search();
    for suggestion in &page.entities {
        shown += &format!("{:?}", suggestion.context);
        shown += &format!(
            "{:?}{:?}",
            suggestion.knowledge_search, suggestion.knowledge_article
        );
        shown += &format!(
            "{:?}{:?}",
            suggestion.script, suggestion.third_party_suggestion
        );
        shown += &format!("{:?}{:?}", suggestion.faq, suggestion.article);
    }
    for secret in [
        "pat@",
        "202-555",
        "Pat Example",
        "refund",
        "voucher",
        "crm.example",
        "help.example",
        "30 days",
        "receipt",
        "online customers",
        "parcel",
        "token-not",
    ] {
        assert!(
            !shown.to_lowercase().contains(&secret.to_lowercase()),
            "{secret} in {shown}"
        );
    }
}

/// Everything a search sends and brings, level by level, since an outer level hides the inner.
fn debug_of_a_search() -> String {
    let request: DocumentSearchRequest =
        serde_json::from_str(include_str!("samples/document_search_request.json"))
            .expect("the sample decodes");
    let found: DocumentSearch<DocumentSearchResult> =
        serde_json::from_str(include_str!("samples/document_search.json"))
            .expect("the sample decodes");
    let mut shown = format!("{request:?}{found:?}{:?}", found.results);
    let documents = found.results.iter().filter_map(|r| r.document.as_ref());
    let variations = documents.flat_map(|document| document.variations.iter().flatten());
    for variation in variations {
        shown += &format!("{variation:?}{:?}", variation.body);
        let blocks = variation.body.iter().flat_map(|body| &body.blocks);
        for block in blocks.flatten() {
            shown += &format!("{block:?}{:?}{:?}", block.paragraph, block.list);
            shown += &format!("{:?}", block.table);
        }
    }
    assert!(shown.contains("Paragraph"), "the blocks are reached");
    shown
}
