//! A JSON object read one level deep: its fields in the order they came, each still text.
//!
//! Reading level by level keeps the order, which serde's maps do not, and lets a mapping judge each
//! field on its own. Of a name given twice the last value counts, as in most parsers.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields of an object, in order, each name once.
pub(crate) struct RawObject<'a> {
    fields: Vec<(String, &'a RawValue)>,
}

impl<'a> RawObject<'a> {
    /// The object that `raw` is, if it is one.
    pub(crate) fn read(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }

    /// The value of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.fields()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Every field, in order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawObject<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(fields)
            }
        }

        let mut fields = deserializer.deserialize_map(Fields)?;
        let mut seen = HashSet::new();
        fields.reverse();
        fields.retain(|(name, _)| seen.insert(name.clone()));
        fields.reverse();
        Ok(Self { fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_the_last_of_a_name_counts() {
        let raw: &RawValue = serde_json::from_str(r#"{"z":1,"a":2,"z":3}"#).unwrap();
        let object = RawObject::read(raw).unwrap();
        let fields: Vec<_> = object
            .fields()
            .map(|(name, value)| (name, value.get()))
            .collect();
        assert_eq!(fields, [("a", "2"), ("z", "3")]);
        assert_eq!(object.get("z").unwrap().get(), "3");
        assert!(object.get("b").is_none());
    }

    #[test]
    fn anything_but_an_object_is_refused() {
        for json in ["[]", "1", "null", "\"{}\""] {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            assert!(RawObject::read(raw).is_none(), "{json}");
        }
    }
}
