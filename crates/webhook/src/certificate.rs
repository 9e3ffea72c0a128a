//! Resource data that only the subscriber can read, in the form of Graph's rich notifications.
//!
//! A fresh key of 32 bytes for each item; the data under AES-256 in CBC mode with PKCS #7 padding,
//! with the first 16 bytes of the key as the initial vector; over that an HMAC-SHA256 with the same
//! key; the key under RSA-OAEP (RFC 8017 section 7.1) with SHA-1 and the certificate's key.

use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::{digest, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use visavis_domain::limit::{CERTIFICATE_BYTES_MAX, CLIENT_STATE_CHARACTERS_MAX};
use visavis_domain::subscription::Certificate;
use x509_cert::der::{Decode, Encode};

const KEY_BITS_MIN: usize = 2_048;
const KEY_BITS_MAX: usize = 4_096;

/// Reads a subscriber's certificate. Who issued it and until when does not matter: it only carries
/// the key.
///
/// # Errors
///
/// One sentence that says what is wrong with it.
pub fn read(base64: &str, id: &str) -> Result<Certificate, String> {
    if id.is_empty() || id.chars().count() > CLIENT_STATE_CHARACTERS_MAX {
        let max = CLIENT_STATE_CHARACTERS_MAX;
        return Err(format!("Name it in encryptionCertificateId, in 1 to {max} characters."));
    }
    if base64.len() > CERTIFICATE_BYTES_MAX {
        return Err(format!("It may have {CERTIFICATE_BYTES_MAX} bytes at most."));
    }
    let armour = |line: &&str| !line.starts_with("-----");
    let text: String = base64.lines().filter(armour).flat_map(str::split_whitespace).collect();
    let not_one = || "It must be an X.509 certificate in DER form, as base64.".to_owned();
    let der = STANDARD.decode(text).map_err(|_decode| not_one())?;
    let certificate = x509_cert::Certificate::from_der(&der).map_err(|_der| not_one())?;
    let spki = certificate.tbs_certificate.subject_public_key_info.to_der();
    let spki = spki.map_err(|_der| not_one())?;
    let key = PublicEncryptingKey::from_der(&spki);
    let is_fit = key.is_ok_and(|key| (KEY_BITS_MIN..=KEY_BITS_MAX).contains(&key.key_size_bits()));
    if !is_fit {
        return Err(format!("Its key must be RSA of {KEY_BITS_MIN} to {KEY_BITS_MAX} bits."));
    }
    let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &der);
    Ok(Certificate {
        base64: base64.to_owned(),
        id: id.to_owned(),
        public_key: STANDARD.encode(spki),
        thumbprint: thumbprint.as_ref().iter().map(|byte| format!("{byte:02X}")).collect(),
    })
}

/// Resource data, encrypted: Graph's `changeNotificationEncryptedContent`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EncryptedContent {
    data: String,
    data_signature: String,
    data_key: String,
    encryption_certificate_id: String,
    encryption_certificate_thumbprint: String,
}

/// The key of a subscriber.
#[derive(Debug)]
pub(crate) struct Sealer<'a> {
    key: OaepPublicEncryptingKey,
    certificate: &'a Certificate,
}

impl<'a> Sealer<'a> {
    pub(crate) fn new(certificate: &'a Certificate) -> Option<Self> {
        let spki = STANDARD.decode(&certificate.public_key).ok()?;
        let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&spki).ok()?).ok()?;
        Some(Self { key, certificate })
    }

    pub(crate) fn seal(&self, plain: &[u8]) -> Option<EncryptedContent> {
        self.sealed(plain).ok()
    }

    fn sealed(&self, plain: &[u8]) -> Result<EncryptedContent, Unspecified> {
        let mut key = [0_u8; 32];
        rand::fill(&mut key)?;
        let iv = *key.first_chunk::<16>().ok_or(Unspecified)?;
        let mut data = plain.to_vec();
        let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, &key)?)?;
        cipher.less_safe_encrypt(&mut data, EncryptionContext::Iv128(FixedLength::from(iv)))?;
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &data);
        let mut space = vec![0_u8; self.key.ciphertext_size()];
        let data_key = self.key.encrypt(&OAEP_SHA1_MGF1SHA1, &key, &mut space, None)?;
        Ok(EncryptedContent {
            data: STANDARD.encode(&data),
            data_signature: STANDARD.encode(signature.as_ref()),
            data_key: STANDARD.encode(data_key),
            encryption_certificate_id: self.certificate.id.clone(),
            encryption_certificate_thumbprint: self.certificate.thumbprint.clone(),
        })
    }
}
