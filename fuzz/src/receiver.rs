//! Where change notifications go, and with whose key they are encrypted: addresses that somebody
//! else chose.

use std::net::{IpAddr, ToSocketAddrs};

use visavis_domain::limit::NOTIFICATION_URL_BYTES_MAX;
use visavis_webhook::{Reach, read_certificate};

use crate::bytes::{is_fit_to_tell, text};

pub fn target(bytes: &[u8]) {
    addresses(bytes);
    let Some(text) = text(bytes) else { return };
    for reach in [Reach::Public, Reach::Anywhere] {
        match reach.read(text) {
            Ok(url) => {
                assert!(text.len() <= NOTIFICATION_URL_BYTES_MAX);
                let again = reach.read(url.as_str());
                // Only what was written shorter than it is now can have become too long.
                assert!(again.is_ok() || url.as_str().len() > NOTIFICATION_URL_BYTES_MAX, "{url}");
                assert!(url.username().is_empty() && url.password().is_none(), "{url}");
                assert!(url.fragment().is_none(), "{url}");
                if reach == Reach::Public {
                    is_outside(url.scheme(), url.host_str().unwrap_or_default());
                    assert!(Reach::Anywhere.read(text).is_ok(), "{text:?}");
                }
            }
            Err(sentence) => is_fit_to_tell(&sentence),
        }
    }
    match read_certificate(text, "a key") {
        Ok(certificate) => assert_eq!(certificate.thumbprint.len(), 40),
        Err(sentence) => is_fit_to_tell(&sentence),
    }
}

/// What a host says by itself, however it is written, is public. The system's own reading of numbers
/// is asked, since it is what a connection would be made with.
fn is_outside(scheme: &str, host: &str) {
    assert_eq!(scheme, "https");
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let is_number = literal.contains(':')
        || literal.rsplit('.').find(|label| !label.is_empty()).is_some_and(|last| {
            last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x")
        });
    if !is_number {
        return;
    }
    for address in (literal, 443).to_socket_addrs().into_iter().flatten() {
        assert!(Reach::Public.allows(address.ip()), "{host} leads to {address}");
    }
}

/// Addresses of IPv6 that carry one of IPv4 lead nowhere, whatever they carry; and of IPv4 what the
/// standard library knows to be inside is inside.
fn addresses(bytes: &[u8]) {
    let Some(four) = bytes.first_chunk::<4>() else { return };
    let address = std::net::Ipv4Addr::from(*four);
    let is_allowed = Reach::Public.allows(IpAddr::V4(address));
    let is_inside = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_unspecified();
    assert!(!(is_allowed && is_inside), "{address}");
    for wrapped in [address.to_ipv6_mapped(), address.to_ipv6_compatible()] {
        assert!(!Reach::Public.allows(IpAddr::V6(wrapped)), "{wrapped}");
    }
    let Some(sixteen) = bytes.first_chunk::<16>() else { return };
    let address = std::net::Ipv6Addr::from(*sixteen);
    let is_inside = address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local();
    assert!(!(is_inside && Reach::Public.allows(IpAddr::V6(address))), "{address}");
}
