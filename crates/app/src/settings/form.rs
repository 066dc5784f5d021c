//! The forms that values of settings have, and what to tell somebody who got one wrong.

/// What a value must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Any text that is not empty.
    Text,
    /// `recommendations` or `suggestions`.
    Dialect,
    /// A path.
    Path,
    /// A path, or `-` for standard input.
    PathOrStdin,
    /// An `http` or `https` URL.
    Url,
    /// A region by AWS or vendor name.
    Region,
    /// A duration with its unit.
    Duration,
    /// A duration with its unit, above zero.
    Span,
    /// How old something gets, with its unit.
    Age,
    /// A number between 0 and 1.
    Fraction,
    /// A number above 0 and at most 1.
    Share,
    /// A whole number between 1 and 10.
    UpToTen,
    /// A whole number between 1 and 100.
    UpToHundred,
    /// A whole number between 1 and 100,000.
    PerMinute,
    /// Names, separated by commas.
    Names,
    /// `true` or `false`.
    Switch,
    /// `keep` or `reject`.
    KeepOrReject,
    /// `mask` or `drop`.
    MaskOrDrop,
    /// Telephone numbers, separated by commas.
    Phones,
    /// Mailboxes, separated by commas.
    Mailboxes,
    /// Domains, separated by commas.
    Domains,
    /// Account numbers, separated by commas.
    Accounts,
    /// A whole number between 1 and 100,000, of which one is taken.
    OneIn,
    /// `udp://host:port` or `unix:/path`.
    Syslog,
    /// An `https` URL, or `http` where the receiver may be private; a path may be part of it.
    Receiver,
    /// Names of events, separated by commas.
    Events,
    /// An address and a port to listen at.
    Listen,
    /// Host names as requests say them, separated by commas.
    Hosts,
    /// Origins as browsers say them, separated by commas.
    Origins,
}

impl Form {
    /// What to tell somebody who got it wrong.
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Text => "1 to 128 characters without control characters",
            Self::Dialect => "recommendations or suggestions",
            Self::Path => "a path",
            Self::PathOrStdin => "a path, or - for standard input",
            Self::Url => "a URL such as https://api.mypurecloud.com",
            Self::Region => "a region such as us-east-1, eu-central-1 or mypurecloud.ie",
            Self::Duration => "a duration with its unit such as 250ms, 3s or 15m, at most a year",
            Self::Span => {
                "a duration above zero with its unit such as 250ms, 3s or 15m, at most a year"
            }
            Self::Age => "an age above zero with its unit such as 92d or 7y, at most 100 years",
            Self::Fraction => "a number between 0 and 1",
            Self::Share => "a number above 0 and at most 1",
            Self::UpToTen => "a whole number between 1 and 10",
            Self::UpToHundred => "a whole number between 1 and 100",
            Self::PerMinute => "a whole number between 1 and 100000",
            Self::Names => "at most 100 identifiers without repeats, separated by commas",
            Self::Switch => "true or false",
            Self::KeepOrReject => "keep or reject",
            Self::MaskOrDrop => "mask or drop",
            Self::Phones => "at most 100 telephone numbers, separated by commas",
            Self::Mailboxes => "at most 100 e-mail addresses, separated by commas",
            Self::Domains => "at most 100 domains such as example.com, separated by commas",
            Self::Accounts => "at most 100 numbers, separated by commas",
            Self::OneIn => "a whole number between 1 and 100000",
            Self::Syslog => "udp://host:port, or unix:/path of a socket",
            Self::Receiver => {
                "an https URL without user, password and fragment; http only with allow_private"
            }
            Self::Listen => "an address and a port such as 127.0.0.1:8470",
            Self::Hosts => {
                "at most 100 names such as assist.example.com, without ports, separated by commas"
            }
            Self::Origins => {
                "at most 100 origins such as https://desk.example.com, separated by commas"
            }
            Self::Events => "names of events such as assist_fetch_completed, separated by commas",
        }
    }

    /// A value of this form, for settings that have no default.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Text => "name",
            Self::Dialect => "suggestions",
            Self::Path | Self::PathOrStdin => "/path/to/file",
            Self::Url => "https://api.mypurecloud.com",
            Self::Region => "us-east-1",
            Self::Duration | Self::Span => "3s",
            Self::Age => "92d",
            Self::Fraction | Self::Share => "0.5",
            Self::UpToTen => "3",
            Self::UpToHundred => "10",
            Self::PerMinute => "300",
            Self::Names => "kb-1, kb-2",
            Self::Switch => "false",
            Self::KeepOrReject => "keep",
            Self::MaskOrDrop => "drop",
            Self::Phones => "+1 800 555 0199, +44 20 7946 0123",
            Self::Mailboxes => "help@example.com, sales@example.com",
            Self::Domains => "example.com",
            Self::Accounts => "DE89 3704 0044 0532 0130 00",
            Self::OneIn => "20",
            Self::Syslog => "udp://syslog.example.com:514",
            Self::Receiver => "https://hooks.example.com/agent-assist",
            Self::Listen => "127.0.0.1:8470",
            Self::Hosts => "assist.example.com",
            Self::Origins => "https://desk.example.com",
            Self::Events => "assist_fetch_completed, assist_recommendation_adopted",
        }
    }

    /// Whether a value stands in the file without quotes.
    pub const fn is_bare(self) -> bool {
        matches!(
            self,
            Self::Switch
                | Self::UpToTen
                | Self::UpToHundred
                | Self::PerMinute
                | Self::Fraction
                | Self::Share
                | Self::OneIn
        )
    }
}
