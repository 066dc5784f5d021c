//! Addresses of networks, wallets, mailboxes and houses, and what only looks like one.

use crate::rows::{check, check_clean};

#[test]
fn addresses_of_the_internet() {
    check(&[
        ("login from 203.0.113.7", "login from [IP_ADDRESS]"),
        ("IP: 10.2.33.4.", "IP: [IP_ADDRESS]."),
        (
            "203.0.113.7:8080 and 10.0.0.0/8",
            "[IP_ADDRESS]:8080 and [IP_ADDRESS]/8",
        ),
        ("http://192.168.1.20/admin", "http://[IP_ADDRESS]/admin"),
        ("{\"ip\":\"203.0.113.7\"}", "{\"ip\":\"[IP_ADDRESS]\"}"),
        ("10.0.0.5-10.0.0.9", "[IP_ADDRESS]-[IP_ADDRESS]"),
        (
            "203.0.113.7 - - [06/Nov/2019:08:30:00 +0000] \"GET / HTTP/1.1\" 200",
            "[IP_ADDRESS] - - [06/Nov/2019:08:30:00 +0000] \"GET / HTTP/1.1\" 200",
        ),
        ("DNS server 8.8.8.8", "DNS server [IP_ADDRESS]"),
        ("clientIp=203.0.113.7&x=1", "clientIp=[IP_ADDRESS]&x=1"),
        ("2001:db8:85a3:0:0:8a2e:370:7334", "[IP_ADDRESS]"),
        ("from 2001:db8::8a2e:370:7334.", "from [IP_ADDRESS]."),
        ("[2001:db8::1]:443", "[[IP_ADDRESS]]:443"),
        ("fe80::1ff:fe23:4567:890a%eth0", "[IP_ADDRESS]%eth0"),
        ("2001:db8::/32", "[IP_ADDRESS]/32"),
        ("::ffff:203.0.113.7", "[IP_ADDRESS]"),
        ("IPv6: abcd::12", "IPv6: [IP_ADDRESS]"),
    ]);
    check_clean(&[
        "Upgrade from 10.2.33.4 to 10.2.34",
        "version 10.2.33.4, firmware: 1.2.3.4, v10.2.33.4, 10.2.33.4-beta",
        "127.0.0.1, 0.0.0.0, 255.255.255.0, ::1, ::",
        "Chrome/120.0.99.71 Safari/537.36",
        "OID 1.3.6.1.4.1.311, 256.1.1.1, 01.02.03.04, 1.2.3",
        "1.2.3.4 Installation",
        "see section 10.2.33.4 for more",
        "at 12:30:45 or 12::30, std::vec, abc::def, a::b",
        "ratio 16:9:4 and C:\\temp",
    ]);
}

#[test]
fn four_numbers_that_are_nobodys() {
    check(&[
        (
            "software version 9.1.27:\nclient 203.0.114.9 disconnected",
            "software version 9.1.27:\nclient [IP_ADDRESS] disconnected",
        ),
        ("connect to 192.168.3.77", "connect to [IP_ADDRESS]"),
        ("a host such as 81.23.4.77", "a host such as [IP_ADDRESS]"),
    ]);
    check_clean(&[
        "BIOS 9.17.30.81 came in May",
        "You need 10.11.25.177 or newer, you are on 11.25.4.162.",
        "Version 10.11.25.177, not 11.25.4.162",
        "Sie brauchen 10.11.25.177 oder neuer",
        "docker0: 172.17.0.1/16",
        "netmask 255.255.255.0 broadcast 192.168.3.255",
        "The router is fe80::1 on that link.",
        "Choose a fixed one such as 192.168.3.77, then restart.",
        "Geben Sie eine feste ein, zum Beispiel 192.168.3.77.",
    ]);
}

#[test]
fn addresses_of_hardware() {
    check(&[
        ("00:1A:2B:3C:4D:5E", "[MAC_ADDRESS]"),
        ("mac 00-1a-2b-3c-4d-5e,", "mac [MAC_ADDRESS],"),
        ("001a.2b3c.4d5e", "[MAC_ADDRESS]"),
        ("MAC address: 001A2B3C4D5E", "MAC address: [MAC_ADDRESS]"),
        (
            "\"macAddress\":\"00:11:22:33:44:55\"",
            "\"macAddress\":\"[MAC_ADDRESS]\"",
        ),
        (
            "device 10:22:33:44:55:66 joined",
            "device [MAC_ADDRESS] joined",
        ),
    ]);
    check_clean(&[
        "00:00:00:00:00:00 and ff:ff:ff:ff:ff:ff",
        "SHA1 fingerprint AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD",
        "12-34-56-78-90-12",
        "id 550e8400-e29b-41d4-a716-446655440000",
        "001A2B3C4D5E",
        "cafe-babe-f00d",
    ]);
}

#[test]
fn addresses_of_wallets() {
    check(&[
        (
            "send to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa.",
            "send to [CRYPTO].",
        ),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "[CRYPTO]"),
        (
            "bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq?amount=1",
            "bitcoin:[CRYPTO]?amount=1",
        ),
        ("BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ", "[CRYPTO]"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "[CRYPTO]"),
        (
            "wallet 0xde709f2102306220921060314715629080e2fb77",
            "wallet [CRYPTO]",
        ),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "[CRYPTO]"),
    ]);
    check_clean(&[
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed",
        "tx 0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b",
        "1a1zp1ep5qgefi2dmptftl5slmv7divfna",
        "commit 4ffd0c8a1b2c3d4e5f60718293a4b5c6d7e8f901",
    ]);
}

#[test]
fn addresses_of_mailboxes() {
    check(&[
        (
            "mailto:joe+news@x.org?subject=1",
            "mailto:[EMAIL_ADDRESS]?subject=1",
        ),
        (
            "\"Joe B\" <joe@x.org>; ann@x.org",
            "\"Joe B\" <[EMAIL_ADDRESS]>; [EMAIL_ADDRESS]",
        ),
        ("\"joe b\"@x.org", "[EMAIL_ADDRESS]"),
        ("joe@[203.0.113.7]", "[EMAIL_ADDRESS]"),
        (
            "Write to joe@x.org.Thanks!",
            "Write to [EMAIL_ADDRESS].Thanks!",
        ),
        ("billing@x.co.uk", "[EMAIL_ADDRESS]"),
        ("https://x.org/u?mail=joe@x.org&a=1", "[URL]"),
    ]);
    check_clean(&[
        "git clone git@github.com:acme/app.git",
        "root@localhost, @joe.smith, npm i react@18.2.0",
        "j***@example.com and xx.xxx@example.com",
    ]);
}

#[test]
fn postcodes_of_the_united_kingdom() {
    check(&[
        ("My postcode is SW1A 1AA.", "My postcode is [UK_POSTCODE]."),
        ("postcode: sw1a1aa", "postcode: [UK_POSTCODE]"),
        ("post code m1 1ae please", "post code [UK_POSTCODE] please"),
        (
            "Deliver to 10 Downing Street, London SW1A 2AA",
            "Deliver to 10 Downing Street, London [UK_POSTCODE]",
        ),
        (
            "12 The Beeches, Wokingham, RG41 5TU",
            "12 The Beeches, Wokingham, [UK_POSTCODE]",
        ),
        (
            "4 High Street\nLeeds\nLS1 4AP",
            "4 High Street\nLeeds\n[UK_POSTCODE]",
        ),
        ("I live at B33 8TH", "I live at [UK_POSTCODE]"),
        (
            "{\"postalCode\":\"EC1A 1BB\"}",
            "{\"postalCode\":\"[UK_POSTCODE]\"}",
        ),
    ]);
    check_clean(&[
        "part number AB1 2CD",
        "Gate B12 3AB",
        "ref B33 8TH",
        "the postcode is used for delivery",
        "model m1 1ae",
        "QQ1 1AA is in London",
        "we sent to him 2 a3 4b and G2 1st",
    ]);
}

#[test]
fn what_is_certainly_something_else_takes_its_parts_along() {
    check_clean(&[
        "550e8400-e29b-41d4-a716-446655440000",
        "call at 2019-11-06 08:30:00, phone at 2019-11-06T08:30:00.123Z",
        "phone cost $9776252661 or 977 625 2661 EUR",
        "Amazon 123-1234567-1234567, eBay 12-12345-12345",
        "phone book ISBN 978-3-16-148410-0",
        "call me at 51.507351, -0.127758",
        "call about 1Z9999999999999999, TBA123456789012, RR473124829FI",
    ]);
}
