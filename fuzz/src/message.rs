//! A message between page and worker.

use twinglyph_core::protocol::{Reply, Request, decode, encode};

/// A message that decodes has the same bytes after one round of encoding and decoding.
pub fn message(bytes: &[u8]) {
    if let Ok(request) = decode::<Request>(bytes)
        && let Ok(written) = encode(&request)
    {
        // Compare bytes, as NaN differs from itself.
        let again = decode::<Request>(&written).map(|again| encode(&again));
        assert_eq!(again, Ok(Ok(written)));
    }
    if let Ok(reply) = decode::<Reply>(bytes)
        && let Ok(written) = encode(&reply)
    {
        let again = decode::<Reply>(&written).map(|again| encode(&again));
        assert_eq!(again, Ok(Ok(written)));
    }
}
