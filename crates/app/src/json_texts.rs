//! The texts of a JSON document, one after the other, without a document in memory.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Shows `see` each text of `json`: names of members, too, and not what stands under a name that `skip`
/// knows.
///
/// # Errors
/// If it is no JSON; what stands before the fault has been seen by then.
pub(crate) fn each_text(
    json: &[u8],
    skip: fn(&str) -> bool,
    mut see: impl FnMut(&str),
) -> Result<(), serde_json::Error> {
    let mut document = serde_json::Deserializer::from_slice(json);
    let texts = Texts {
        skip,
        see: &mut see,
    };
    texts.deserialize(&mut document)?;
    document.end()
}

/// Looks at one value.
struct Texts<'s, S> {
    skip: fn(&str) -> bool,
    see: &'s mut S,
}

/// Looks at the name of a member, and says whether what stands under it is skipped.
struct Name<'s, S>(Texts<'s, S>);

impl<S: FnMut(&str)> Texts<'_, S> {
    fn within(&mut self) -> Texts<'_, S> {
        Texts {
            skip: self.skip,
            see: &mut *self.see,
        }
    }
}

impl<'de, S: FnMut(&str)> DeserializeSeed<'de> for Texts<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de, S: FnMut(&str)> Visitor<'de> for Texts<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        (self.see)(text);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self.within())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(is_skipped) = members.next_key_seed(Name(self.within()))? {
            if is_skipped {
                let IgnoredAny = members.next_value()?;
            } else {
                members.next_value_seed(self.within())?;
            }
        }
        Ok(())
    }
}

impl<'de, S: FnMut(&str)> DeserializeSeed<'de> for Name<'_, S> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<bool, D::Error> {
        name.deserialize_str(self)
    }
}

impl<S: FnMut(&str)> Visitor<'_> for Name<'_, S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        (self.0.see)(name);
        Ok((self.0.skip)(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_seen_and_what_is_skipped_is_not() {
        let mut seen = Vec::new();
        let json = r#"{"a":["b",{"id":["c"],"d":"\u0065"}],"n":[1,-1,0.5,true,null]}"#;
        let whole = each_text(
            json.as_bytes(),
            |name| name == "id",
            |text| {
                seen.push(text.to_owned());
            },
        );
        assert!(whole.is_ok());
        assert_eq!(seen, ["a", "b", "id", "d", "e", "n"]);
        for broken in ["", "{", "[1,]", "{} x"] {
            assert!(each_text(broken.as_bytes(), |_| false, |_| ()).is_err());
        }
    }
}
