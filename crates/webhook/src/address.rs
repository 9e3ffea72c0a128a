//! Which addresses may be called: nothing inside, whatever it is written as.
//!
//! Whoever can make the server send a request chooses where it goes. So a notification URL leads to
//! the public Internet, over TLS, to a port that other protocols do not use; the addresses behind
//! a name are looked at when the connection is made, and the connection goes to exactly those.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use visavis_domain::limit::NOTIFICATION_URL_BYTES_MAX;

/// The port of HTTP over TLS.
const HTTPS: u16 = 443;
/// Ports below are those of other protocols.
const PRIVILEGED_PORTS_END: u16 = 1024;

/// Whether addresses inside may be called, too: for development only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// `https` to public addresses.
    Public,
    /// Also `http`, and addresses of this machine and its networks.
    Anywhere,
}

/// Networks of IPv4 that are not the public Internet: first address, bits of the prefix.
/// RFC 6890 and its registry; 168.63.129.16 is where a cloud's machines find its own services.
const INSIDE_V4: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// What of IPv6 is public: global unicast, RFC 4291 section 2.4. Loopback, link-local, unique local,
/// multicast, and the forms that wrap an IPv4 address (mapped, NAT64) all lie outside.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Networks in it that are not: protocol assignments with Teredo, documentation, 6to4.
const INSIDE_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

impl Reach {
    /// Whether a connection may be made to this address.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        self == Self::Anywhere || is_public(address)
    }

    /// Reads a notification URL.
    ///
    /// # Errors
    ///
    /// One sentence that says what is wrong with it. Only what it says is looked at, so that the
    /// sentence tells nothing of the networks around the server.
    pub fn read(self, text: &str) -> Result<Url, String> {
        if text.len() > NOTIFICATION_URL_BYTES_MAX {
            return Err(format!("It may have {NOTIFICATION_URL_BYTES_MAX} bytes at most."));
        }
        self.parse(text)
    }

    /// As [`Reach::read`], with what was appended to it.
    pub(crate) fn parse(self, text: &str) -> Result<Url, String> {
        let url = Url::parse(text).map_err(|_syntax| "It is no absolute URL.".to_owned())?;
        let is_scheme_fine =
            url.scheme() == "https" || (url.scheme() == "http" && self == Self::Anywhere);
        if !is_scheme_fine {
            return Err("It must begin with https://.".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("It must not have a user name or password in it.".to_owned());
        }
        if url.fragment().is_some() {
            return Err("It must not have a fragment.".to_owned());
        }
        let host = url.host_str().unwrap_or_default();
        if host.is_empty() {
            return Err("It names no host.".to_owned());
        }
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if literal.is_ok_and(|address| !self.allows(address)) {
            return Err("It must lead to a public address.".to_owned());
        }
        let port = url.port_or_known_default().unwrap_or_default();
        if self == Self::Public && port != HTTPS && port < PRIVILEGED_PORTS_END {
            return Err("Its port must be 443, or 1024 and above.".to_owned());
        }
        Ok(url)
    }
}

/// Whether an address is of the public Internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let bits = u32::from(address);
            !INSIDE_V4.iter().any(|(first, length)| {
                let rest = 32 - length;
                bits.checked_shr(rest) == u32::from(*first).checked_shr(rest)
            })
        }
        IpAddr::V6(address) => {
            let is_in = |(first, length): &(Ipv6Addr, u32)| {
                let rest = 128 - length;
                u128::from(address).checked_shr(rest) == u128::from(*first).checked_shr(rest)
            };
            is_in(&GLOBAL_V6) && !INSIDE_V6.iter().any(is_in)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inside_may_be_called() {
        for inside in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let address: IpAddr = inside.parse().unwrap();
            assert!(!Reach::Public.allows(address), "{inside}");
            assert!(Reach::Anywhere.allows(address), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "8.8.8.8",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "168.63.129.17",
            "172.15.255.255",
            "172.32.0.1",
            "192.169.0.1",
            "198.17.255.255",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00::1",
        ] {
            assert!(Reach::Public.allows(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn urls_that_lead_inside_are_refused_however_they_are_written() {
        for (text, why) in [
            ("", "absolute"),
            ("example.org/hook", "absolute"),
            ("http://example.org/hook", "https://"),
            ("ftp://example.org/hook", "https://"),
            ("file:///etc/passwd", "https://"),
            ("https://user@example.org/", "user name"),
            ("https://user:secret@example.org/", "user name"),
            ("https://:secret@example.org/", "user name"),
            ("https://example.org/#part", "fragment"),
            ("https://127.0.0.1/", "public"),
            ("https://127.1/", "public"),
            ("https://0x7f.0.0.1/", "public"),
            ("https://2130706433/", "public"),
            ("https://0177.0.0.1/", "public"),
            ("https://127.0.0.1./", "public"),
            ("https://%31%32%37.0.0.1/", "public"),
            ("https://１２７.0.0.1/", "public"),
            ("https://169.254.169.254/latest/meta-data/", "public"),
            ("https://[::1]/", "public"),
            ("https://[::ffff:10.0.0.1]/", "public"),
            ("https://[64:ff9b::a9fe:a9fe]/", "public"),
            ("https://8.8.8.8:22/", "port"),
            ("https://example.org:25/", "port"),
            ("https://example.org:80/", "port"),
            ("https://example.org:0/", "port"),
        ] {
            let refused = Reach::Public.read(text).unwrap_err();
            assert!(refused.contains(why), "{text}: {refused}");
        }
        let long = format!("https://example.org/{}", "x".repeat(NOTIFICATION_URL_BYTES_MAX));
        assert!(Reach::Public.read(&long).unwrap_err().contains("bytes"));
        for text in
            ["https://example.org/hook?a=b", "https://8.8.8.8:8443/", "https://a.example:443"]
        {
            assert!(Reach::Public.read(text).is_ok(), "{text}");
        }
        for text in ["http://127.0.0.1:8080/hook", "http://localhost:80/", "https://[::1]:1/"] {
            assert!(Reach::Anywhere.read(text).is_ok(), "{text}");
        }
        assert!(Reach::Anywhere.read("file:///etc/passwd").is_err());
    }
}
