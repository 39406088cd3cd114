#![allow(clippy::unwrap_used)]

use super::*;
use crate::rng::Rng;
use proptest::prelude::*;

fn close(one: [f64; 2], other: [f64; 2]) -> bool {
    (one[0] - other[0]).abs() < 1e-6 && (one[1] - other[1]).abs() < 1e-6
}

#[test]
fn a_cross_lies_along_its_axes() {
    // In three dimensions: long along the second, short along the third, nothing along the first.
    let points = [
        [1.0, 4.0, 0.0],
        [1.0, -4.0, 0.0],
        [1.0, 0.0, 1.0],
        [1.0, 0.0, -1.0],
    ];
    let map = Pca::fit(&points).unwrap();
    let expected = [[4.0, 0.0], [-4.0, 0.0], [0.0, 1.0], [0.0, -1.0]];
    for (point, expected) in map.points().iter().zip(expected) {
        assert!(close(*point, expected), "{point:?} {expected:?}");
    }
    assert!(close(map.shares(), [32.0 / 34.0, 2.0 / 34.0]));
    // What the points don't differ in is not seen.
    assert!(close(map.project(&[9.0, 2.0, 3.0]).unwrap(), [2.0, 3.0]));
}

#[test]
fn points_on_a_line_keep_their_distances() {
    let line = [0.0f32, 1.0, 3.0, 7.0].map(|t| [3.0 * t, 4.0 * t, 0.0, 1.0]);
    let map = Pca::fit(&line).unwrap();
    // From the mean, 2.75, in steps of 5; the farthest is on the positive side.
    let along: Vec<f64> = map.points().iter().map(|point| point[0]).collect();
    for (found, t) in along.iter().zip([0.0, 1.0, 3.0, 7.0]) {
        assert!((found - 5.0 * (t - 2.75)).abs() < 1e-6, "{along:?}");
    }
    assert!(map.points().iter().all(|point| point[1] == 0.0));
    assert!((map.shares()[0] - 1.0).abs() < 1e-9);
    assert_eq!(map.shares()[1], 0.0);
}

#[test]
fn the_covariance_of_known_points_is_what_is_shown() {
    // Covariance [[2, 1], [1, 2]] times the number of points: eigenvalues 3 and 1.
    let (a, b) = (3.0f32.sqrt(), 1.0);
    let points = [[a, a], [-a, -a], [b, -b], [-b, b]];
    let map = Pca::fit(&points).unwrap();
    assert!(close(map.shares(), [0.75, 0.25]));
    let root = 2.0f64.sqrt();
    assert!(close(map.points()[0], [f64::from(a) * root, 0.0]));
    assert!(close(map.points()[2], [0.0, root]));
}

#[test]
fn few_or_equal_points_have_a_map_too() {
    let one = Pca::fit(&[[3.0, 4.0]]).unwrap();
    assert_eq!((one.points(), one.shares()), (&[[0.0; 2]][..], [0.0; 2]));
    assert_eq!(one.project(&[5.0, 5.0]), Ok([0.0; 2]));

    let two = Pca::fit(&[[0.0, 3.0], [4.0, 0.0]]).unwrap();
    assert!(close(two.points()[0], [2.5, 0.0]));
    assert!(close(two.points()[1], [-2.5, 0.0]));
    assert!(close(two.shares(), [1.0, 0.0]));

    // The mean of equal numbers that f64 does not have exactly.
    let equal = Pca::fit(&[[0.1, 0.7]; 7]).unwrap();
    assert_eq!(
        (equal.points(), equal.shares()),
        (&[[0.0; 2]; 7][..], [0.0; 2])
    );

    let no_dimensions: [[f32; 0]; 3] = [[]; 3];
    assert_eq!(Pca::fit(&no_dimensions).unwrap().shares(), [0.0; 2]);
}

#[test]
fn what_can_not_be_mapped_is_refused() {
    let none: [[f32; 2]; 0] = [];
    assert_eq!(Pca::fit(&none), Err(PcaError::Empty));
    assert_eq!(
        Pca::fit(&[vec![1.0], vec![1.0, 2.0]]),
        Err(PcaError::Ragged)
    );
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert_eq!(
            Pca::fit(&[[0.0, 1.0], [bad, 1.0]]),
            Err(PcaError::NotFinite)
        );
        let map = Pca::fit(&[[0.0], [1.0]]).unwrap();
        assert_eq!(map.project(&[bad]), Err(PcaError::NotFinite));
        assert_eq!(map.project(&[0.0, 1.0]), Err(PcaError::Ragged));
    }
    let many = vec![[0.0]; MOST_POINTS + 1];
    assert_eq!(Pca::fit(&many), Err(PcaError::TooMany(MOST_POINTS + 1)));
}

#[test]
fn numbers_near_the_ends_of_f32_are_borne() {
    for scale in [f32::MAX, f32::MIN_POSITIVE] {
        let map = Pca::fit(&[[scale, 0.0], [-scale, 0.0], [0.0, scale / 2.0]]).unwrap();
        assert!(map.points().iter().flatten().all(|value| value.is_finite()));
        assert!((map.shares()[0] + map.shares()[1] - 1.0).abs() < 1e-9);
    }
}

/// Points with a first and a second direction that stand out, so that they are unique.
fn cloud() -> impl Strategy<Value = Vec<Vec<f32>>> {
    (3usize..40, 3usize..12, any::<u64>()).prop_map(|(count, dimensions, seed)| {
        let mut rng = Rng::new(seed);
        (0..count)
            .map(|_| {
                (0..dimensions)
                    .map(|at| rng.uniform(-1.0, 1.0) * [8.0, 3.0].get(at).unwrap_or(&0.3))
                    .collect()
            })
            .collect()
    })
}

fn residual(points: &[Vec<f32>], map: &Pca, axis: usize) -> f64 {
    // Covariance times axis, less eigenvalue times axis.
    let mean: Vec<f64> = (0..points[0].len())
        .map(|d| points.iter().map(|p| f64::from(p[d])).sum::<f64>() / points.len() as f64)
        .collect();
    let mut image = vec![0.0; mean.len()];
    let mut variance = 0.0;
    for point in points {
        let centred: Vec<f64> = point
            .iter()
            .zip(&mean)
            .map(|(&v, m)| f64::from(v) - m)
            .collect();
        let along: f64 = centred
            .iter()
            .zip(&map.axes[axis])
            .map(|(a, b)| a * b)
            .sum();
        variance += centred.iter().map(|v| v * v).sum::<f64>();
        for (sum, value) in image.iter_mut().zip(&centred) {
            *sum += along * value;
        }
    }
    let eigenvalue = map.shares()[axis] * variance;
    let both = image.iter().zip(&map.axes[axis]);
    let worst = both.map(|(image, axis)| (image - eigenvalue * axis).abs());
    worst.fold(0.0, f64::max) / variance
}

proptest! {
    #[test]
    fn axes_are_eigenvectors_of_the_covariance(points in cloud()) {
        let map = Pca::fit(&points).unwrap();
        for axis in 0..AXES {
            prop_assert!(residual(&points, &map, axis) < 1e-6);
        }
        let unit = |axis: &[f64]| axis.iter().map(|v| v * v).sum::<f64>();
        prop_assert!((unit(&map.axes[0]) - 1.0).abs() < 1e-9);
        prop_assert!((unit(&map.axes[1]) - 1.0).abs() < 1e-9);
        let across: f64 = map.axes[0].iter().zip(&map.axes[1]).map(|(a, b)| a * b).sum();
        prop_assert!(across.abs() < 1e-6);
        prop_assert!(map.shares()[0] >= map.shares()[1] && map.shares()[1] >= 0.0);
        prop_assert!(map.shares()[0] + map.shares()[1] <= 1.0 + 1e-9);
        // On each axis the farthest is on the positive side.
        for axis in 0..AXES {
            let values = map.points().iter().map(|point| point[axis]);
            let (least, most) = values.fold((0.0f64, 0.0f64), |(l, m), v| (l.min(v), m.max(v)));
            prop_assert!(most >= -least * (1.0 - 1e-6));
        }
        // A point is where it would be projected, and the same points have the same map, bit for bit.
        for (point, place) in points.iter().zip(map.points()) {
            prop_assert_eq!(map.project(point).unwrap(), *place);
        }
        prop_assert_eq!(Pca::fit(&points).unwrap(), map);
    }

    #[test]
    fn turned_and_moved_points_have_the_same_map(points in cloud(), angle in 0.0f32..6.3, by in -5.0f32..5.0) {
        let (sine, cosine) = (libm::sinf(angle), libm::cosf(angle));
        let turned: Vec<Vec<f32>> = points
            .iter()
            .map(|point| {
                let mut point = point.clone();
                let (a, b) = (point[0], point[2]);
                (point[0], point[2]) = (cosine * a - sine * b + by, sine * a + cosine * b);
                point
            })
            .collect();
        let (one, other) = (Pca::fit(&points).unwrap(), Pca::fit(&turned).unwrap());
        for axis in 0..AXES {
            // Where the two ends of an axis are as far, rounding decides which is positive.
            let far = |map: &Pca, sign: f64| {
                let values = map.points().iter().map(|point| sign * point[axis]);
                values.fold(0.0, f64::max)
            };
            prop_assume!((far(&one, 1.0) - far(&one, -1.0)).abs() > 1e-3);
        }
        for (a, b) in one.points().iter().zip(other.points()) {
            prop_assert!((a[0] - b[0]).abs() < 1e-3 && (a[1] - b[1]).abs() < 1e-3, "{a:?} {b:?}");
        }
    }

    #[test]
    fn any_finite_points_have_a_map(
        points in prop::collection::vec(prop::collection::vec(-1e30f32..1e30, 5), 1..30),
    ) {
        let map = Pca::fit(&points).unwrap();
        prop_assert!(map.points().iter().flatten().chain(&map.shares()).all(|v| v.is_finite()));
    }
}
