//! How a suggestion is decoded: by hand, for the fields that this version does not know. Where serde
//! gathers those, it first holds every object in memory in a form of its own and then decodes from that,
//! which takes twice the time of the rest.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::Suggestion;

/// The name of a member, borrowed where nothing in it is escaped.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

impl<'de> Deserialize<'de> for Suggestion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Suggestion;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a suggestion")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Suggestion, A::Error> {
        let mut suggestion = Suggestion::default();
        let mut seen = 0_u32;
        while let Some(Name(name)) = members.next_key()? {
            match &*name {
                "id" => take(&mut suggestion.id, "id", &mut seen, 0, &mut members)?,
                "conversation" => take(
                    &mut suggestion.conversation,
                    "conversation",
                    &mut seen,
                    1,
                    &mut members,
                )?,
                "assistant" => take(
                    &mut suggestion.assistant,
                    "assistant",
                    &mut seen,
                    2,
                    &mut members,
                )?,
                "type" => take(&mut suggestion.kind, "type", &mut seen, 3, &mut members)?,
                "dateCreated" => take(
                    &mut suggestion.date_created,
                    "dateCreated",
                    &mut seen,
                    4,
                    &mut members,
                )?,
                "triggerType" => take(
                    &mut suggestion.trigger_type,
                    "triggerType",
                    &mut seen,
                    5,
                    &mut members,
                )?,
                "state" => take(&mut suggestion.state, "state", &mut seen, 6, &mut members)?,
                "answerRecordId" => take(
                    &mut suggestion.answer_record_id,
                    "answerRecordId",
                    &mut seen,
                    7,
                    &mut members,
                )?,
                "context" => take(
                    &mut suggestion.context,
                    "context",
                    &mut seen,
                    8,
                    &mut members,
                )?,
                "faq" => take(&mut suggestion.faq, "faq", &mut seen, 9, &mut members)?,
                "article" => take(
                    &mut suggestion.article,
                    "article",
                    &mut seen,
                    10,
                    &mut members,
                )?,
                "knowledgeSearch" => take(
                    &mut suggestion.knowledge_search,
                    "knowledgeSearch",
                    &mut seen,
                    11,
                    &mut members,
                )?,
                "knowledgeArticle" => take(
                    &mut suggestion.knowledge_article,
                    "knowledgeArticle",
                    &mut seen,
                    12,
                    &mut members,
                )?,
                "cannedResponse" => take(
                    &mut suggestion.canned_response,
                    "cannedResponse",
                    &mut seen,
                    13,
                    &mut members,
                )?,
                "script" => take(
                    &mut suggestion.script,
                    "script",
                    &mut seen,
                    14,
                    &mut members,
                )?,
                "thirdPartySuggestion" => take(
                    &mut suggestion.third_party_suggestion,
                    "thirdPartySuggestion",
                    &mut seen,
                    15,
                    &mut members,
                )?,
                "selfUri" => take(
                    &mut suggestion.self_uri,
                    "selfUri",
                    &mut seen,
                    16,
                    &mut members,
                )?,
                _ => {
                    let value = members.next_value()?;
                    suggestion.extra.insert(name.into_owned(), value);
                }
            }
        }
        Ok(suggestion)
    }
}

/// Decodes the value of a field whose place among the known ones is `bit`.
///
/// # Errors
/// If it is given more than once, or is none of the field's.
fn take<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    field: &mut Option<T>,
    name: &'static str,
    seen: &mut u32,
    bit: u32,
    members: &mut A,
) -> Result<(), A::Error> {
    if *seen & 1 << bit != 0 {
        return Err(A::Error::duplicate_field(name));
    }
    *seen |= 1 << bit;
    *field = members.next_value()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(json: &str) -> Result<Suggestion, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_field_is_known_however_its_name_is_written_and_must_not_come_twice() {
        let suggestion = decoded(r#"{"\u0069d":"a","new":{"x":1},"state":null}"#);
        let suggestion = suggestion.expect("a suggestion");
        assert_eq!(suggestion.id.as_deref(), Some("a"));
        assert_eq!(suggestion.state, None);
        assert_eq!(suggestion.extra["new"]["x"], 1);
        let twice = decoded(r#"{"id":"a","id":"b"}"#).expect_err("given twice");
        assert!(twice.contains("duplicate field `id`"), "{twice}");
        assert!(decoded(r#"{"id":1}"#).is_err());
        assert!(decoded("[]").is_err());
    }
}
