use super::*;
use twinglyph_core::rng::Rng;

/// The network as it is defined, in f64: convolution, bias, relu, pool, linear layer, sigmoid.
fn defined(
    side: usize,
    layers: &[ConvLayer],
    dense: Option<&(Rows8, Vec<f32>)>,
    image: &[f32],
) -> Vec<f64> {
    let mut side = side;
    let mut maps: Vec<f64> = image.iter().map(|&value| f64::from(value)).collect();
    let mut inputs = 1;
    for layer in layers {
        let outputs = layer.bias.len();
        let output = side + 2 * layer.padding + 1 - layer.side;
        let mut results = vec![0.0; outputs * output * output];
        for (at, result) in results.iter_mut().enumerate() {
            let (o, y, x) = (at / (output * output), at / output % output, at % output);
            *result = f64::from(layer.bias[o]);
            for input in 0..inputs {
                for ky in 0..layer.side {
                    for kx in 0..layer.side {
                        let (y, x) = (y + ky, x + kx);
                        let inside =
                            |at: usize| (layer.padding..side + layer.padding).contains(&at);
                        if inside(y) && inside(x) {
                            let (y, x) = (y - layer.padding, x - layer.padding);
                            let weight = ((o * inputs + input) * layer.side + ky) * layer.side + kx;
                            *result += f64::from(layer.weights[weight])
                                * maps[(input * side + y) * side + x];
                        }
                    }
                }
            }
            *result = result.max(0.0);
        }
        side = output;
        if layer.pool {
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

fn layer(
    rng: &mut Rng,
    [inputs, outputs, side]: [usize; 3],
    padding: usize,
    pool: bool,
) -> ConvLayer {
    let deviation = (2.0 / (inputs * side * side) as f32).sqrt();
    ConvLayer {
        weights: (0..outputs * inputs * side * side)
            .map(|_| deviation * rng.normal())
            .collect(),
        bias: (0..outputs).map(|_| 0.1 * rng.normal()).collect(),
        side,
        padding,
        pool,
    }
}

fn agrees(side: usize, layers: Vec<ConvLayer>, dense: Option<(Rows8, Vec<f32>)>, counts: &[usize]) {
    let mut rng = Rng::new(11);
    let most = counts.iter().copied().max().unwrap_or(0);
    let images: Vec<f32> = (0..most * side * side).map(|_| rng.unit()).collect();
    let network = Sequential::new(side, layers.clone(), dense.clone());
    assert!(network.is_ok(), "{:?}", network.err());
    let Ok(mut network) = network else { return };
    for &count in counts {
        let got = network.embed(&images[..count * side * side]);
        let per = got.len() / count;
        for image in 0..count {
            let image_of = &images[image * side * side..][..side * side];
            let expected = defined(side, &layers, dense.as_ref(), image_of);
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
        layer(&mut rng, [1, 16, 3], 1, true),
        layer(&mut rng, [16, 32, 3], 1, true),
        layer(&mut rng, [32, 64, 5], 2, false),
    ];
    agrees(15, padded, None, &[1, 2]);
    let large = vec![
        layer(&mut rng, [1, 16, 4], 0, false),
        layer(&mut rng, [16, 64, 7], 0, true),
        layer(&mut rng, [64, 64, 4], 0, true),
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
    let odd = layer(&mut rng, [1, 15, 3], 1, false);
    assert_eq!(
        Sequential::new(9, vec![odd], None).err(),
        Some(SequentialError::Layer(0))
    );
    let one = layer(&mut rng, [1, 16, 3], 0, false);
    let other = layer(&mut rng, [17, 16, 3], 0, false);
    let network = Sequential::new(9, vec![one.clone(), other], None);
    assert_eq!(network.err(), Some(SequentialError::Layer(1)));
    let large = layer(&mut rng, [1, 16, 11], 0, false);
    assert_eq!(
        Sequential::new(9, vec![large], None).err(),
        Some(SequentialError::Layer(0))
    );
    let rows = Rows8 {
        numbers: vec![1; 16 * 48],
        scales: vec![1.0; 16],
    };
    let network = Sequential::new(9, vec![one], Some((rows, vec![0.0; 16])));
    assert_eq!(network.err(), Some(SequentialError::Dense));
}
