//! How a connection ends.

/// Why the server closes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client was too slow, or the server stops: connect again with the newest token.
    Resume,
    /// The token is too old, altered, or of another deployment: fetch afresh, connect without one.
    TokenTooOld,
    /// The token or session was revoked or has expired.
    SignedOut,
    /// The client sent a frame that cannot be read or is too long.
    Malformed,
    /// The client sent binary data.
    Binary,
    /// The client sent text, although this connection only delivers.
    Text,
    /// Nothing was heard from the client for too long.
    Silent,
    /// The account has too many connections.
    TooMany,
    /// The client closed, or the network did.
    Gone,
}

impl End {
    /// The close code and the sentence that go with it; none when there is nobody to tell.
    #[must_use]
    pub const fn close(self) -> Option<(u16, &'static str)> {
        Some(match self {
            Self::Resume => (4000, "connect again with the newest token"),
            Self::TokenTooOld => (4001, "the token cannot be resumed from: fetch afresh"),
            Self::SignedOut => (4003, "signed out"),
            Self::Malformed => (1002, "the frame cannot be read or is too long"),
            Self::Binary => (1003, "binary frames are not accepted"),
            Self::Text => (1008, "this connection only delivers: send requests over HTTP"),
            Self::Silent => (4000, "nothing was heard for 90 seconds"),
            Self::TooMany => (1013, "the account has too many connections"),
            Self::Gone => return None,
        })
    }

    pub(crate) const ALL: [Self; 9] = [
        Self::Resume,
        Self::TokenTooOld,
        Self::SignedOut,
        Self::Malformed,
        Self::Binary,
        Self::Text,
        Self::Silent,
        Self::TooMany,
        Self::Gone,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_fit_into_a_close_frame() {
        for (code, reason) in End::ALL.into_iter().filter_map(End::close) {
            assert!((1000..5000).contains(&code));
            assert!(reason.len() <= 123, "{reason}");
        }
    }
}
