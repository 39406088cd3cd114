//! Reed-Solomon codes over GF(256): parity bytes that repair wrong ones. Refuses to know what the bytes
//! mean and whether a repaired word was meant.

/// The field's polynomial, x^8 + x^4 + x^3 + x^2 + 1; 2 generates the field.
const POLYNOMIAL: u16 = 0x11d;

/// Logarithms and powers to the base 2.
struct Field {
    log: [u8; 256],
    exp: [u8; 512],
}

const FIELD: Field = Field::new();

impl Field {
    const fn new() -> Self {
        let (mut log, mut exp) = ([0; 256], [0; 512]);
        let (mut at, mut value) = (0, 1u16);
        while at < 255 {
            exp[at] = value as u8;
            exp[at + 255] = value as u8;
            log[value as usize] = at as u8;
            value <<= 1;
            if value > 255 {
                value ^= POLYNOMIAL;
            }
            at += 1;
        }
        Self { log, exp }
    }
}

fn log(value: u8) -> usize {
    usize::from(FIELD.log[usize::from(value)])
}

fn power(exponent: usize) -> u8 {
    FIELD.exp[exponent % 255]
}

fn product(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        0
    } else {
        power(log(a) + log(b))
    }
}

/// `a / b`; 0 where `b` is 0.
fn quotient(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        0
    } else {
        power(log(a) + 255 - log(b))
    }
}

/// The value at `x` of a polynomial, its constant first.
fn value(polynomial: &[u8], x: u8) -> u8 {
    polynomial
        .iter()
        .rev()
        .fold(0, |sum, &factor| product(sum, x) ^ factor)
}

/// The parity of some data: so many bytes. Both together are 255 bytes at most.
pub(super) fn parity(data: &[u8], count: usize) -> Vec<u8> {
    // The generator, its highest factor (1) left out, highest first.
    let mut generator = vec![0; count];
    let mut whole = vec![1u8];
    for at in 0..count {
        whole.push(0);
        for place in (1..whole.len()).rev() {
            whole[place] ^= product(whole[place - 1], power(at));
        }
    }
    generator.copy_from_slice(&whole[1..]);
    let mut rest = vec![0; count];
    for &byte in data {
        let Some(&first) = rest.first() else { break };
        let factor = byte ^ first;
        rest.rotate_left(1);
        rest[count - 1] = 0;
        for (rest, &by) in rest.iter_mut().zip(&generator) {
            *rest ^= product(factor, by);
        }
    }
    rest
}

/// Repairs a word of data and `count` bytes of parity: up to half as many wrong bytes. Gives how many were
/// wrong, `None` where there are more.
pub(super) fn repair(word: &mut [u8], count: usize) -> Option<usize> {
    if word.len() > 255 || count > word.len() {
        return None;
    }
    let syndromes: Vec<u8> = (0..count)
        .map(|at| {
            word.iter()
                .fold(0, |sum, &byte| product(sum, power(at)) ^ byte)
        })
        .collect();
    if syndromes.iter().all(|&one| one == 0) {
        return Some(0);
    }
    // Berlekamp and Massey: the shortest locator polynomial, its constant first.
    let (mut locator, mut previous) = (vec![1u8], vec![1u8]);
    let (mut errors, mut shift, mut last) = (0, 1, 1u8);
    for at in 0..count {
        let next = locator.iter().take(errors + 1).enumerate();
        let discrepancy = next.fold(0, |sum, (place, &factor)| match at.checked_sub(place) {
            Some(of) => sum ^ product(factor, syndromes[of]),
            None => sum,
        });
        if discrepancy == 0 {
            shift += 1;
            continue;
        }
        let before = locator.clone();
        let factor = quotient(discrepancy, last);
        locator.resize(locator.len().max(previous.len() + shift), 0);
        for (place, &by) in previous.iter().enumerate() {
            locator[place + shift] ^= product(factor, by);
        }
        if 2 * errors <= at {
            errors = at + 1 - errors;
            previous = before;
            last = discrepancy;
            shift = 1;
        } else {
            shift += 1;
        }
    }
    if errors > count / 2 {
        return None;
    }
    // Forney: the evaluator gives by how much each place is wrong.
    let mut evaluator = vec![0; count];
    for (place, &factor) in locator.iter().enumerate() {
        for (of, &syndrome) in syndromes.iter().enumerate() {
            if let Some(sum) = evaluator.get_mut(place + of) {
                *sum ^= product(factor, syndrome);
            }
        }
    }
    // In characteristic 2 only odd powers have a derivative.
    let derivative: Vec<u8> = (0..locator.len().saturating_sub(1))
        .map(|at| if at % 2 == 0 { locator[at + 1] } else { 0 })
        .collect();
    let mut found = 0;
    for at in 0..word.len() {
        let exponent = word.len() - 1 - at;
        let inverse = power(255 - exponent % 255);
        if value(&locator, inverse) != 0 {
            continue;
        }
        let slope = value(&derivative, inverse);
        let wrong = product(power(exponent), quotient(value(&evaluator, inverse), slope));
        word[at] ^= wrong;
        found += 1;
    }
    // As many places as the locator's degree, or it is no locator of this word.
    (found == errors).then_some(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn half_as_many_wrong_bytes_as_parity_are_repaired(
            data in prop::collection::vec(any::<u8>(), 1..150),
            wrong in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 0..=16),
        ) {
            let mut word = data.clone();
            word.extend(parity(&data, 32));
            let sent = word.clone();
            for (at, by) in &wrong {
                let at = at.index(word.len());
                word[at] ^= by;
            }
            prop_assert!(repair(&mut word, 32).is_some());
            prop_assert_eq!(word, sent);
        }

        #[test]
        fn any_word_is_borne(mut word in prop::collection::vec(any::<u8>(), 0..300), count in 0usize..90) {
            let _ = repair(&mut word, count);
        }
    }
}
