//! To which addresses a webhook may lead.
//!
//! By the registries of special-purpose addresses (RFC 6890 and its successors). Addresses that stand
//! for others (mapped, translated) are judged by those; of tunnels nobody knows where they end.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Somewhere on the public internet.
    Public,
    /// This machine or its neighbourhood: loopback, private, link-local, shared, unique local.
    Private,
    /// Nowhere a request can go: unspecified, multicast, reserved, tunnelled or for documentation.
    Nowhere,
}

/// Where `address` leads.
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

/// Whether a request may go there. `allow_private` opens the neighbourhood, and nothing else.
pub fn is_allowed(address: IpAddr, allow_private: bool) -> bool {
    match reach(address) {
        Reach::Public => true,
        Reach::Private => allow_private,
        Reach::Nowhere => false,
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [10 | 127, ..]
        | [100, 64..=127, ..]
        | [169, 254, ..]
        | [172, 16..=31, ..]
        | [192, 168, ..] => Reach::Private,
        [0 | 224..=255, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Reach::Nowhere,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return reach_v4(mapped);
    }
    match address.segments() {
        // Translated (RFC 6052): the last 32 bits say where to.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            reach_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        [0, 0, 0, 0, 0, 0, 0, 1] | [0xfc00..=0xfdff | 0xfe80..=0xfebf, ..] => Reach::Private,
        // Protocol assignments with Teredo, documentation, 6to4.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => Reach::Nowhere,
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(address: &str) -> Reach {
        reach(address.parse().expect(address))
    }

    #[test]
    fn every_way_to_say_this_machine_or_its_neighbours_is_seen() {
        for address in [
            "127.0.0.1",
            "127.255.255.254",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "febf::1",
        ] {
            assert_eq!(told(address), Reach::Private, "{address}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_refused_whatever_is_allowed() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::10.0.0.1",
            "::ffff:0.0.0.0",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert_eq!(told(address), Reach::Nowhere, "{address}");
            assert!(!is_allowed(address.parse().expect(address), true));
        }
    }

    #[test]
    fn the_public_internet_is_reached() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2001:4860:4860::8888",
            "2606:4700::1111",
        ] {
            assert_eq!(told(address), Reach::Public, "{address}");
            assert!(is_allowed(address.parse().expect(address), false));
        }
    }
}
