//! Encrypted notifications, read as a subscriber reads them: with its own private key.

use aws_lc_rs::cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::{hmac, iv::FixedLength};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::receiver::{Receiver, wish};

const CERTIFICATE: &str = include_str!("../fixtures/subscriber.pem");
const KEY: &str = include_str!("../fixtures/subscriber.key.pem");

/// SHA-1 of the certificate, as `openssl x509 -fingerprint` has it.
pub const THUMBPRINT: &str = "71FC7F742951909FC24E839A707D6596CFAE8474";

/// What stands between the lines of a PEM file.
fn base64_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

/// As [`wish`], with resource data for this module's key.
#[must_use]
pub fn rich_wish(resource: &str, receiver: &Receiver) -> Value {
    let mut body = wish(resource, receiver);
    body["includeResourceData"] = json!(true);
    body["encryptionCertificate"] = json!(base64_of(CERTIFICATE));
    body["encryptionCertificateId"] = json!("first");
    body
}

/// The resource data of a notification: signature checked, then decrypted.
///
/// # Panics
///
/// When anything about it is not as it must be.
#[must_use]
pub fn open(item: &Value) -> Value {
    let content = &item["encryptedContent"];
    let bytes = |name: &str| {
        let text = content[name].as_str().unwrap_or_else(|| panic!("no {name}: {item}"));
        STANDARD.decode(text).expect("base64")
    };
    let pkcs8 = STANDARD.decode(base64_of(KEY)).expect("the key");
    let private = PrivateDecryptingKey::from_pkcs8(&pkcs8).expect("the key");
    let private = OaepPrivateDecryptingKey::new(private).expect("the key");
    let mut room = vec![0; private.min_output_size()];
    let data_key = bytes("dataKey");
    let key = private.decrypt(&OAEP_SHA1_MGF1SHA1, &data_key, &mut room, None).expect("a key");
    assert_eq!(key.len(), 32, "AES-256");
    let mut data = bytes("data");
    let signing = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::verify(&signing, &data, &bytes("dataSignature")).expect("the signature");
    let cipher = UnboundCipherKey::new(&AES_256, key).expect("a key of the cipher");
    let iv: [u8; 16] = key[..16].try_into().expect("16 bytes");
    let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(cipher).expect("a cipher");
    let plain = cipher
        .decrypt(&mut data, DecryptionContext::Iv128(FixedLength::from(iv)))
        .expect("the data");
    serde_json::from_slice(plain).expect("JSON")
}
