//! Builds requests. Pure: a base URL and values in, an [`http::Request`] out.
//!
//! A value from outside is always one path segment or one query value, whatever characters it
//! holds: `../x` cannot climb, `a?b` cannot begin a query. Authorization headers are marked
//! sensitive, so that no `Debug` of a request shows them.

use agent_assist_domain::ports::SourceQuery;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request};
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use url::form_urlencoded::Serializer;

/// Most suggestions that the platform puts on a page.
pub(crate) const MAX_PAGE_SIZE: u32 = 200;

/// The value cannot be expressed in a request: a path segment that is empty or a dot segment, or a
/// secret with control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {what} cannot be expressed in a request")]
pub(crate) struct Inexpressible {
    what: &'static str,
}

/// The recommendations of a conversation, in one answer.
pub(crate) fn recommendations(base: &Url, query: &SourceQuery, send_intents: bool) -> Url {
    let mut pairs = Serializer::new(String::new());
    pairs
        .append_pair("conversation_id", &query.conversation_id)
        .append_pair("session_id", &query.session_id)
        .append_pair("limit", &query.limit.to_string())
        .append_pair("offset", &query.offset.to_string());
    if !query.knowledge_source_ids.is_empty() {
        pairs.append_pair(
            "knowledge_source_ids",
            &query.knowledge_source_ids.join(","),
        );
    }
    if send_intents && !query.intent_confidence.is_empty() {
        // A map of texts to finite numbers always has a JSON form.
        let intents = serde_json::to_string(&query.intent_confidence).unwrap_or_default();
        pairs.append_pair("intent_confidence", &intents);
    }
    with_query(
        under(base, "/api/v2/agentassist/recommendations"),
        &pairs.finish(),
    )
}

/// The first page of a conversation's suggestions.
pub(crate) fn suggestions(
    base: &Url,
    conversation_id: &str,
    page_size: u32,
) -> Result<Url, Inexpressible> {
    let id = segment("conversation id", conversation_id)?;
    let url = under(base, &format!("/api/v2/conversations/{id}/suggestions"));
    Ok(with_page_size(url, page_size))
}

/// Where the platform is told what an agent did with a suggestion.
pub(crate) fn engagement(
    base: &Url,
    conversation_id: &str,
    suggestion_id: &str,
) -> Result<Url, Inexpressible> {
    let conversation = segment("conversation id", conversation_id)?;
    let suggestion = segment("suggestion id", suggestion_id)?;
    let path = format!("/api/v2/conversations/{conversation}/suggestions/{suggestion}/engagement");
    Ok(under(base, &path))
}

/// The platform's own counts of suggestions.
pub(crate) fn suggestion_aggregates(base: &Url) -> Url {
    under(base, "/api/v2/analytics/agentcopilots/aggregates/query")
}

/// The same page with another size.
pub(crate) fn with_page_size(mut url: Url, page_size: u32) -> Url {
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| name != "pageSize")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut()
        .clear()
        .append_pair("pageSize", &page_size.to_string())
        .extend_pairs(others);
    url
}

/// Whom the token belongs to.
pub(crate) fn token_me(base: &Url) -> Url {
    under(base, "/api/v2/tokens/me")
}

/// A knowledge base.
pub(crate) fn knowledge_base(base: &Url, id: &str) -> Result<Url, Inexpressible> {
    let id = segment("knowledge source id", id)?;
    Ok(under(
        base,
        &format!("/api/v2/knowledge/knowledgebases/{id}"),
    ))
}

/// The search over a knowledge base's documents, whose answer brings their texts.
pub(crate) fn document_search(base: &Url, id: &str) -> Result<Url, Inexpressible> {
    let mut url = knowledge_base(base, id)?;
    let path = format!("{}/documents/search", url.path());
    url.set_path(&path);
    Ok(with_query(url, "expand=documentVariations"))
}

/// The organisation's limits on the platform API.
pub(crate) fn limits(base: &Url) -> Url {
    under(base, "/api/v2/organizations/limits/namespaces/platform.api")
}

/// A read of `url`, without credentials.
pub(crate) fn get(url: &Url) -> Result<Request<Bytes>, Inexpressible> {
    Request::get(url.as_str())
        .header(ACCEPT, "application/json")
        .body(Bytes::new())
        .map_err(|_| Inexpressible { what: "address" })
}

/// A POST of a JSON `body` to `url`, without credentials.
pub(crate) fn post_json(url: &Url, body: Bytes) -> Result<Request<Bytes>, Inexpressible> {
    Request::post(url.as_str())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json")
        .body(body)
        .map_err(|_| Inexpressible { what: "address" })
}

/// A token by client credentials.
pub(crate) fn token(
    login_base: &Url,
    client_id: &str,
    client_secret: &SecretString,
) -> Result<Request<Bytes>, Inexpressible> {
    let pair = format!("{client_id}:{}", client_secret.expose_secret());
    let basic = sensitive("client secret", &format!("Basic {}", STANDARD.encode(pair)))?;
    Request::builder()
        .method(Method::POST)
        .uri(under(login_base, "/oauth/token").as_str())
        .header(AUTHORIZATION, basic)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .body(Bytes::from_static(b"grant_type=client_credentials"))
        .map_err(|_| Inexpressible { what: "address" })
}

/// The header that carries `token`.
pub(crate) fn bearer(token: &str) -> Result<HeaderValue, Inexpressible> {
    sensitive("access token", &format!("Bearer {token}"))
}

/// `path` below a base that may have a path of its own.
pub(crate) fn under(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", prefix(base)));
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// The path of a base, without a slash at its end; empty for most.
pub(crate) fn prefix(base: &Url) -> &str {
    base.path().trim_end_matches('/')
}

fn with_query(mut url: Url, query: &str) -> Url {
    url.set_query(Some(query));
    url
}

/// `value` as one path segment. All but the unreserved characters (RFC 3986, section 2.3) are
/// percent-encoded, the percent sign too. Dot segments have no encoding that survives a URL
/// parser, so they are refused.
fn segment(what: &'static str, value: &str) -> Result<String, Inexpressible> {
    if matches!(value, "" | "." | "..") {
        return Err(Inexpressible { what });
    }
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(encoded)
}

fn sensitive(what: &'static str, text: &str) -> Result<HeaderValue, Inexpressible> {
    let mut value = HeaderValue::from_str(text).map_err(|_| Inexpressible { what })?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use agent_assist_domain::ports::Priority;
    use proptest::prelude::*;

    use super::*;

    fn base() -> Url {
        "https://api.example.com".parse().unwrap()
    }

    fn query() -> SourceQuery {
        SourceQuery {
            conversation_id: "c 1&x=2".to_owned(),
            session_id: "s#1".to_owned(),
            limit: 20,
            offset: 40,
            knowledge_source_ids: vec!["kb-1".to_owned(), "kb/2".to_owned()],
            intent_confidence: BTreeMap::from([("refund".to_owned(), 0.5)]),
            query: None,
            priority: Priority::Interactive,
        }
    }

    #[test]
    fn recommendations_are_asked_for_with_every_parameter_in_one_request() {
        assert_eq!(
            recommendations(&base(), &query(), false).as_str(),
            "https://api.example.com/api/v2/agentassist/recommendations?conversation_id=c+1%26x%3D2\
             &session_id=s%231&limit=20&offset=40&knowledge_source_ids=kb-1%2Ckb%2F2"
        );
        let with_intents = recommendations(&base(), &query(), true);
        let intents = with_intents
            .query_pairs()
            .find(|(name, _)| name == "intent_confidence");
        assert_eq!(intents.unwrap().1, r#"{"refund":0.5}"#);
    }

    #[test]
    fn a_hostile_id_is_one_encoded_segment() {
        for (id, encoded) in [
            ("../x", "..%2Fx"),
            ("a?b", "a%3Fb"),
            ("a#b", "a%23b"),
            ("%2e%2e", "%252e%252e"),
            ("a\\..\\b", "a%5C..%5Cb"),
            ("a\r\nHost: x", "a%0D%0AHost%3A%20x"),
            ("\u{e9};v=1", "%C3%A9%3Bv%3D1"),
            ("...", "..."),
        ] {
            let url = suggestions(&base(), id, 200).unwrap();
            let path = format!("/api/v2/conversations/{encoded}/suggestions");
            assert_eq!(get(&url).unwrap().uri().path(), path);
            assert_eq!(url.query(), Some("pageSize=200"));
        }
        for id in ["", ".", ".."] {
            assert!(suggestions(&base(), id, 200).is_err());
            assert!(knowledge_base(&base(), id).is_err());
            assert!(document_search(&base(), id).is_err());
        }
    }

    #[test]
    fn a_base_with_a_path_keeps_it_as_prefix() {
        for base in [
            "https://gw.example.com:8443/genesys/",
            "https://gw.example.com:8443/genesys",
        ] {
            assert_eq!(
                token_me(&base.parse().unwrap()).as_str(),
                "https://gw.example.com:8443/genesys/api/v2/tokens/me"
            );
        }
    }

    #[test]
    fn another_page_size_keeps_the_cursor() {
        let url = "https://api.example.com/x?pageSize=200&after=Y3%3D%3D"
            .parse()
            .unwrap();
        assert_eq!(
            with_page_size(url, 100).as_str(),
            "https://api.example.com/x?pageSize=100&after=Y3%3D%3D"
        );
    }

    #[test]
    fn debug_of_a_request_shows_no_secret() {
        let token = token(&base(), "id", &"secret".into()).unwrap();
        assert_eq!(token.headers()[AUTHORIZATION], "Basic aWQ6c2VjcmV0");
        assert!(!format!("{token:?}").contains("aWQ6"));
        assert!(!format!("{:?}", bearer("planted").unwrap()).contains("planted"));
        assert!(bearer("a\nb").is_err());
    }

    proptest! {
        #[test]
        fn any_id_stays_within_its_segment(id in any::<String>()) {
            if let Ok(url) = suggestions(&base(), &id, 200) {
                let segments: Vec<&str> = url.path_segments().unwrap().collect();
                prop_assert_eq!(segments.len(), 5);
                prop_assert_eq!(segments[4], "suggestions");
                prop_assert_eq!(url.origin(), base().origin());
            }
        }
    }
}
