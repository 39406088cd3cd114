//! [`crate::words::refusals`] in English.

use crate::words::refusals::Refusals;

impl Refusals {
    pub(in crate::words) const ENGLISH: Self = Self {
        own_set: |error| error.to_string(),
        scan: |error| error.to_string(),
        contact: |error| error.to_string(),
        sample: |error| error.to_string(),
    };
}
