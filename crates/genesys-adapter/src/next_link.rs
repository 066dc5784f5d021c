//! Judges the links by which a listing names its next page.
//!
//! The token goes along with every request, so a link is followed only to the origin that the
//! operator configured. It is resolved as a browser would resolve it, back slashes, tabs and all,
//! and judged by where it really leads rather than by how it looks.

use url::Url;

use crate::request::prefix;

/// A link that leads to another origin, or nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

/// Where `link` leads, relative to the API at `base`.
pub(crate) fn resolve(base: &Url, link: &str) -> Result<Url, Refused> {
    let mut target = base.join(link).map_err(|_| Refused)?;
    let same_origin = target.origin() == base.origin() && target.origin().is_tuple();
    let anonymous = target.username().is_empty() && target.password().is_none();
    if !same_origin || !anonymous {
        return Err(Refused);
    }
    target.set_fragment(None);
    // The platform's links start at its own root; behind a gateway that root lies deeper.
    let prefix = prefix(base);
    if target.path().starts_with("/api/") && !prefix.is_empty() {
        let path = format!("{prefix}{}", target.path());
        target.set_path(&path);
    }
    Ok(target)
}

/// What tells a page from the others: its cursor if it has one, or else the whole address.
pub(crate) fn page_key(url: &Url) -> String {
    let cursor = url.query_pairs().find(|(name, _)| name == "after");
    cursor.map_or_else(|| url.to_string(), |(_, cursor)| cursor.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> Url {
        "https://api.example.com/".parse().unwrap()
    }

    #[test]
    fn links_within_the_origin_are_followed() {
        for link in [
            "/api/v2/conversations/c/suggestions?after=x",
            "https://api.example.com/api/v2/conversations/c/suggestions?after=x",
            "https://api.example.com:443/api/v2/conversations/c/suggestions?after=x",
            "HTTPS://API.EXAMPLE.COM/api/v2/conversations/c/suggestions?after=x#f",
        ] {
            assert_eq!(
                resolve(&base(), link).unwrap().as_str(),
                "https://api.example.com/api/v2/conversations/c/suggestions?after=x"
            );
        }
    }

    #[test]
    fn links_that_lead_elsewhere_are_refused() {
        for link in [
            "https://evil.example.com/api/v2/x",
            "http://api.example.com/api/v2/x",
            "https://api.example.com:8443/api/v2/x",
            "//evil.example.com/api/v2/x",
            "/\\evil.example.com/x",
            "\\\\evil.example.com\\x",
            "/\t/evil.example.com/x",
            "\n//evil.example.com/x",
            "https:/\\evil.example.com/x",
            "https://api.example.com@evil.example.com/x",
            "https://user:pass@api.example.com/x",
            "https://user@api.example.com/x",
            "https://api.example.com.evil.example.com/x",
            "https://api.example.com%2eevil.example.com/x",
            "ftp://api.example.com/x",
            "javascript:alert(1)",
            "data:text/plain,x",
            "file:///etc/passwd",
            "https://[::1]/x",
            "https://",
        ] {
            assert_eq!(resolve(&base(), link), Err(Refused), "{link:?}");
        }
    }

    #[test]
    fn behind_a_gateway_the_platform_s_root_lies_deeper() {
        let base = "https://gw.example.com/genesys/".parse().unwrap();
        for link in ["/api/v2/x?after=1", "/genesys/api/v2/x?after=1"] {
            assert_eq!(
                resolve(&base, link).unwrap().as_str(),
                "https://gw.example.com/genesys/api/v2/x?after=1"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_the_link_the_origin_stays(link in "(https?:)?[/\\\\\t]{0,3}[a-z@.:?#]{0,20}") {
            if let Ok(target) = resolve(&base(), &link) {
                prop_assert_eq!(target.origin(), base().origin());
                prop_assert!(target.username().is_empty());
            }
        }
    }
}
