//! The regions of the platform and their addresses.
//!
//! Each region has one domain, and each service one host in it: `api.{domain}`, `login.{domain}`.
//! A region goes by its AWS name (`eu-west-1`, or `eu_west_1` as the vendor writes it) or by its
//! domain (`mypurecloud.ie`). New regions appear between releases, so this table is never the only
//! way to name an upstream: a free base URL is.

use url::Url;

/// One region of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The AWS name, such as `eu-west-1`.
    pub aws: &'static str,
    /// The vendor's name, which is the region's domain, such as `mypurecloud.ie`.
    pub name: &'static str,
}

impl Region {
    /// Where the platform API is.
    pub fn api_base(&self) -> Url {
        self.base("api")
    }

    /// Where tokens are obtained.
    pub fn login_base(&self) -> Url {
        self.base("login")
    }

    #[expect(
        clippy::expect_used,
        reason = "every domain of the table parses; a test builds all of them"
    )]
    fn base(&self, service: &str) -> Url {
        Url::parse(&format!("https://{service}.{}", self.name)).expect("a domain of the table")
    }
}

/// The text names no region of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such region; expected one of {}, or a base URL", listing())]
pub struct UnknownRegion;

/// Every region, in the vendor's order.
pub const ALL: &[Region] = &[
    region("us-east-1", "mypurecloud.com"),
    region("us-east-2", "use2.us-gov-pure.cloud"),
    region("us-west-2", "usw2.pure.cloud"),
    region("ca-central-1", "cac1.pure.cloud"),
    region("mx-central-1", "mxc1.pure.cloud"),
    region("sa-east-1", "sae1.pure.cloud"),
    region("eu-west-1", "mypurecloud.ie"),
    region("eu-west-2", "euw2.pure.cloud"),
    region("eu-central-1", "mypurecloud.de"),
    region("eu-central-2", "euc2.pure.cloud"),
    region("eusc-de-east-1", "edee1.eusc-pure.cloud"),
    region("me-central-1", "mec1.pure.cloud"),
    region("ap-south-1", "aps1.pure.cloud"),
    region("ap-southeast-1", "apse1.pure.cloud"),
    region("ap-southeast-2", "mypurecloud.com.au"),
    region("ap-northeast-1", "mypurecloud.jp"),
    region("ap-northeast-2", "apne2.pure.cloud"),
    region("ap-northeast-3", "apne3.pure.cloud"),
];

/// The region of this AWS name or domain, in any case.
pub fn find(name: &str) -> Result<&'static Region, UnknownRegion> {
    let wanted = name.trim().to_ascii_lowercase();
    let wanted_aws = wanted.replace('_', "-");
    ALL.iter()
        .find(|region| region.aws == wanted_aws || region.name == wanted)
        .ok_or(UnknownRegion)
}

const fn region(aws: &'static str, name: &'static str) -> Region {
    Region { aws, name }
}

fn listing() -> String {
    let names: Vec<String> = ALL
        .iter()
        .map(|region| format!("{} ({})", region.aws, region.name))
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_is_found_by_each_of_its_names() {
        assert_eq!(ALL.len(), 18);
        for region in ALL {
            let underscored = region.aws.replace('-', "_");
            for name in [region.aws, &underscored, region.name] {
                assert_eq!(find(name), Ok(region));
                assert_eq!(find(&name.to_uppercase()), Ok(region));
            }
            assert_eq!(
                region.api_base().as_str(),
                format!("https://api.{}/", region.name)
            );
            assert_eq!(
                region.login_base().as_str(),
                format!("https://login.{}/", region.name)
            );
        }
    }

    #[test]
    fn an_unknown_region_is_refused_with_all_names() {
        let message = find("eu-west-9").unwrap_err().to_string();
        for region in ALL {
            assert!(message.contains(region.aws) && message.contains(region.name));
        }
        assert!(find("").is_err());
        assert!(find("api.mypurecloud.ie").is_err());
    }
}
