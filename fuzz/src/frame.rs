//! What a client sends over a live connection once it is open, with the limits of the product.

use std::io::{Cursor, Read, Result, Write};

use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Message, WebSocket};
use visavis_domain::limit::PUSH_FRAME_BYTES_MAX;

/// Bytes that come, and answers that nobody reads.
struct Wire<'a>(Cursor<&'a [u8]>);

impl Read for Wire<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, buffer: &[u8]) -> Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

pub fn target(bytes: &[u8]) {
    let config = WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        .max_message_size(Some(PUSH_FRAME_BYTES_MAX))
        .max_frame_size(Some(PUSH_FRAME_BYTES_MAX));
    let wire = Wire(Cursor::new(bytes));
    let mut socket = WebSocket::from_raw_socket(wire, Role::Server, Some(config));
    // Each frame takes bytes, so it ends.
    for _ in 0..=bytes.len() {
        match socket.read() {
            Ok(Message::Text(text)) => assert!(text.len() <= PUSH_FRAME_BYTES_MAX),
            Ok(message) => assert!(message.len() <= PUSH_FRAME_BYTES_MAX),
            Err(_ended) => return,
        }
    }
    panic!("more frames than bytes");
}
