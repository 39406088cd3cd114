use super::*;
use twinglyph_core::rng::Rng;

/// The chain as it is defined, in f64: convolution, bias, relu, pool, linear layer, sigmoid.
fn defined(
    side: usize,
    links: &[Link],
    dense: Option<&(Rows8, Vec<f32>)>,
    image: &[f32],
) -> Vec<f64> {
    let mut side = side;
    let mut maps: Vec<f64> = image.iter().map(|&value| f64::from(value)).collect();
    let mut inputs = 1;
    for link in links {
        let outputs = link.bias.len();
        let output = side + 2 * link.padding + 1 - link.side;
        let mut results = vec![0.0; outputs * output * output];
        for (at, result) in results.iter_mut().enumerate() {
            let (o, y, x) = (at / (output * output), at / output % output, at % output);
            *result = f64::from(link.bias[o]);
            for input in 0..inputs {
                for ky in 0..link.side {
                    for kx in 0..link.side {
                        let (y, x) = (y + ky, x + kx);
                        let inside = |at: usize| (link.padding..side + link.padding).contains(&at);
                        if inside(y) && inside(x) {
                            let (y, x) = (y - link.padding, x - link.padding);
                            let weight = ((o * inputs + input) * link.side + ky) * link.side + kx;
                            *result += f64::from(link.weights[weight])
                                * maps[(input * side + y) * side + x];
                        }
                    }
                }
            }
            *result = result.max(0.0);
        }
        side = output;
        if link.pool {
            let half = side / 2;
            let pooled = (0..outputs * half * half).map(|at| {
                let (o, y, x) = (at / (half * half), at / half % half, at % half);
                let of = |dy, dx| results[(o * side + 2 * y + dy) * side + 2 * x + dx];
                of(0, 0).max(of(0, 1)).max(of(1, 0)).max(of(1, 1))
            });
            results = pooled.collect();
            side = half;
        }
        (maps, inputs) = (results, outputs);
    }
    let Some((rows, bias)) = dense else {
        return maps;
    };
    let rows_of = rows.numbers.chunks_exact(maps.len()).zip(&rows.scales);
    rows_of
        .zip(bias)
        .map(|((numbers, &scale), &bias)| {
            let sum: f64 = numbers
                .iter()
                .zip(&maps)
                .map(|(&n, m)| f64::from(n) * m)
                .sum();
            1.0 / (1.0 + (-(sum * f64::from(scale) + f64::from(bias))).exp())
        })
        .collect()
}

fn link(rng: &mut Rng, [inputs, outputs, side]: [usize; 3], padding: usize, pool: bool) -> Link {
    let deviation = (2.0 / (inputs * side * side) as f32).sqrt();
    Link {
        weights: (0..outputs * inputs * side * side)
            .map(|_| deviation * rng.normal())
            .collect(),
        bias: (0..outputs).map(|_| 0.1 * rng.normal()).collect(),
        side,
        padding,
        pool,
    }
}

fn agrees(side: usize, links: Vec<Link>, dense: Option<(Rows8, Vec<f32>)>, counts: &[usize]) {
    let mut rng = Rng::new(11);
    let most = counts.iter().copied().max().unwrap_or(0);
    let images: Vec<f32> = (0..most * side * side).map(|_| rng.unit()).collect();
    let chain = Chain::new(side, links.clone(), dense.clone());
    assert!(chain.is_ok(), "{:?}", chain.err());
    let Ok(mut chain) = chain else { return };
    for &count in counts {
        let got = chain.embed(&images[..count * side * side]);
        let per = got.len() / count;
        for image in 0..count {
            let image_of = &images[image * side * side..][..side * side];
            let expected = defined(side, &links, dense.as_ref(), image_of);
            assert_eq!(per, expected.len());
            for (got, expected) in got[image * per..].iter().zip(expected) {
                assert!(
                    (f64::from(*got) - expected).abs() < 2e-5,
                    "{got} for {expected}"
                );
            }
        }
    }
}

#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Every way and every border: spectra of both sizes, tiles that end beyond the map, pools that
/// leave a row, kernels with and without padding, batches of more than are taken at once.
#[test]
fn chains_are_what_they_are_defined_as() {
    let mut rng = Rng::new(3);
    let padded = vec![
        link(&mut rng, [1, 16, 3], 1, true),
        link(&mut rng, [16, 32, 3], 1, true),
        link(&mut rng, [32, 64, 5], 2, false),
    ];
    agrees(15, padded, None, &[1, 2]);
    let large = vec![
        link(&mut rng, [1, 16, 4], 0, false),
        link(&mut rng, [16, 64, 7], 0, true),
        link(&mut rng, [64, 64, 4], 0, true),
    ];
    let rows = Rows8 {
        numbers: (0..16 * 64 * 9)
            .map(|_| (rng.normal() * 40.0) as i8)
            .collect(),
        scales: (0..16).map(|_| 0.001 * rng.unit()).collect(),
    };
    let bias = (0..16).map(|_| rng.normal()).collect();
    agrees(28, large, Some((rows, bias)), &[1, 3, 9]);
}

#[test]
fn what_does_not_fit_is_said() {
    let mut rng = Rng::new(5);
    let odd = link(&mut rng, [1, 15, 3], 1, false);
    assert_eq!(
        Chain::new(9, vec![odd], None).err(),
        Some(ChainError::Link(0))
    );
    let one = link(&mut rng, [1, 16, 3], 0, false);
    let other = link(&mut rng, [17, 16, 3], 0, false);
    let chain = Chain::new(9, vec![one.clone(), other], None);
    assert_eq!(chain.err(), Some(ChainError::Link(1)));
    let large = link(&mut rng, [1, 16, 11], 0, false);
    assert_eq!(
        Chain::new(9, vec![large], None).err(),
        Some(ChainError::Link(0))
    );
    let rows = Rows8 {
        numbers: vec![1; 16 * 48],
        scales: vec![1.0; 16],
    };
    let chain = Chain::new(9, vec![one], Some((rows, vec![0.0; 16])));
    assert_eq!(chain.err(), Some(ChainError::Dense));
}
