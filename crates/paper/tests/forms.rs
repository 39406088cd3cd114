//! Printed pages come back from photos: all names, and what is written beneath them.
#![allow(clippy::unwrap_used)]

mod sheets;

use sheets::{DENSITY, Pen, flat};
use twinglyph_core::rng::Rng;
use twinglyph_core::{Bitmap, invented};
use twinglyph_paper::Picture;
use twinglyph_paper::form::{self, Name, Names, Page, Paper, pages};

fn name(at: usize) -> String {
    format!("n{at}")
}

struct Shot {
    turn: f64,
    tilt: [f64; 2],
    fill: f64,
    dim: f32,
    noise: f32,
    shadow: f32,
    blur: f64,
    bend: f64,
    table: f32,
}

fn photo(flat: &(usize, usize, Vec<f32>), size: [usize; 2], shot: &Shot, rng: &mut Rng) -> Picture {
    let (fw, fh, light) = flat;
    let [width, height] = size;
    let (pw, ph) = (*fw as f64 / DENSITY, *fh as f64 / DENSITY);
    let (sin, cos) = shot.turn.to_radians().sin_cos();
    let fit = |sin: f64, cos: f64| {
        let (w, h) = (
            pw * cos.abs() + ph * sin.abs(),
            pw * sin.abs() + ph * cos.abs(),
        );
        (width as f64 / w).min(height as f64 / h)
    };
    let scale = fit(sin, cos) * shot.fill;
    let at = |x: usize, y: usize, rng: &mut Rng| {
        let (mut sum, n) = (0.0, 4);
        let mut inside = true;
        for k in 0..n {
            let (jx, jy) = (
                [-0.5, 0.5, -0.5, 0.5][k] * shot.blur,
                [-0.5, -0.5, 0.5, 0.5][k] * shot.blur,
            );
            let (u, v) = (
                x as f64 + 0.5 + jx - width as f64 / 2.0,
                y as f64 + 0.5 + jy - height as f64 / 2.0,
            );
            let d = 1.0 + (u * shot.tilt[0] + v * shot.tilt[1]) / width as f64;
            let (u, v) = (u / d / scale, v / d / scale);
            let (px, py) = (u * cos + v * sin + pw / 2.0, -u * sin + v * cos + ph / 2.0);
            let px = px + shot.bend * (std::f64::consts::PI * py / ph).sin();
            if px < 0.0 || py < 0.0 || px >= pw || py >= ph {
                inside = false;
                sum += shot.table;
                continue;
            }
            // Average of the flat picture over a pixel.
            let r = (DENSITY / scale / 4.0) as usize;
            let (cx, cy) = ((px * DENSITY) as usize, (py * DENSITY) as usize);
            let (mut s, mut c) = (0.0, 0.0);
            for yy in cy.saturating_sub(r)..(cy + r + 1).min(*fh) {
                for xx in cx.saturating_sub(r)..(cx + r + 1).min(*fw) {
                    s += light[yy * fw + xx];
                    c += 1.0;
                }
            }
            sum += s / c;
        }
        let _ = inside;
        let value = sum / n as f32;
        let gradient = 1.0 - 0.4 * (x as f32 / width as f32);
        let shade = if (x as f32 - y as f32 * 0.4) > width as f32 * 0.45 {
            1.0 - shot.shadow
        } else {
            1.0
        };
        (235.0 * value * shot.dim * gradient * shade + shot.noise * rng.normal()).clamp(0.0, 255.0)
            as u8
    };
    let mut rgba = Vec::with_capacity(width * height * 4);
    for y in 0..height {
        for x in 0..width {
            let p = at(x, y, rng);
            rgba.extend([p, p, p, 255]);
        }
    }
    Picture::new(width, height, rgba).unwrap()
}

fn alike(one: &Bitmap, other: &Bitmap) -> f32 {
    let [one, other] = [one, other].map(twinglyph_core::canonical::canonical);
    let both: f32 = one.iter().zip(&other).map(|(a, b)| a.min(*b)).sum();
    let either: f32 = one.iter().zip(&other).map(|(a, b)| a.max(*b)).sum();
    both / either
}

#[test]
fn quick() {
    let plain = || Shot {
        turn: 0.0,
        tilt: [0.0; 2],
        fill: 0.9,
        dim: 1.0,
        noise: 3.0,
        shadow: 0.0,
        blur: 1.0,
        bend: 0.0,
        table: 0.25,
    };
    let kinds: Vec<(&str, Shot)> = vec![
        ("plain", plain()),
        (
            "turn15",
            Shot {
                turn: 15.0,
                ..plain()
            },
        ),
        (
            "turn90",
            Shot {
                turn: 97.0,
                ..plain()
            },
        ),
        (
            "turn180",
            Shot {
                turn: 172.0,
                ..plain()
            },
        ),
        (
            "turn270",
            Shot {
                turn: 262.0,
                ..plain()
            },
        ),
        (
            "tilt",
            Shot {
                tilt: [0.25, 0.3],
                fill: 0.75,
                ..plain()
            },
        ),
        (
            "shadow",
            Shot {
                shadow: 0.5,
                ..plain()
            },
        ),
        (
            "dim",
            Shot {
                dim: 0.3,
                noise: 5.0,
                ..plain()
            },
        ),
        (
            "blur",
            Shot {
                blur: 2.2,
                ..plain()
            },
        ),
        (
            "bend",
            Shot {
                bend: 4.0,
                ..plain()
            },
        ),
        (
            "far",
            Shot {
                fill: 0.65,
                ..plain()
            },
        ),
        (
            "light table",
            Shot {
                table: 0.9,
                ..plain()
            },
        ),
        (
            "all",
            Shot {
                turn: 190.0,
                tilt: [-0.2, 0.2],
                fill: 0.75,
                dim: 0.5,
                noise: 5.0,
                shadow: 0.4,
                blur: 1.5,
                bend: 2.0,
                table: 0.5,
            },
        ),
    ];
    for (kind, shot) in &kinds {
        for (pen, size) in [(0.85f32, [900usize, 1200usize]), (0.4, [1500, 2000])] {
            let mut rng = Rng::new(5);
            let alphabet = invented::alphabet(3);
            let names: Vec<String> = (0..40).map(name).collect();
            let page = pages(
                if pen < 0.5 { Paper::Letter } else { Paper::A4 },
                &Names::Explicit(names),
            )
            .unwrap()
            .remove(0);
            let count = page.names().len();
            let written: Vec<Option<Bitmap>> = (0..count)
                .map(|at| {
                    (at % 9 != 5).then(|| {
                        alphabet
                            .drawing(at % alphabet.characters(), at / alphabet.characters())
                            .unwrap()
                            .clone()
                    })
                })
                .collect();
            let flat = flat(
                &page,
                &written,
                Pen {
                    dark: pen,
                    size: 0.65,
                },
                &mut rng,
            );
            let picture = photo(&flat, size, shot, &mut rng);
            if let Ok(dir) = std::env::var("DUMP") {
                let g = picture.brightness();
                let mut out = format!("P5 {} {} 255\n", g.width, g.height).into_bytes();
                out.extend(&g.pixels);
                std::fs::write(format!("{dir}/{kind}-{pen}.pgm"), out).unwrap();
            }
            let start = std::time::Instant::now();
            let form = form::read(&picture);
            let took = start.elapsed();
            match form {
                Err(error) => println!("{kind} {pen} {count}: {error} {took:?}"),
                Ok(form) => {
                    let right = form
                        .cells
                        .iter()
                        .zip(&written)
                        .filter(|(cell, wrote)| match (&cell.drawing, wrote) {
                            (None, None) => true,
                            (Some(one), Some(other)) => {
                                let own = alike(one, other);
                                own > 0.4
                                    && !written
                                        .iter()
                                        .flatten()
                                        .any(|w| w != other && alike(one, w) > own)
                            }
                            _ => false,
                        })
                        .count();
                    let wrong_ink: usize = form
                        .cells
                        .iter()
                        .zip(&written)
                        .filter(|(c, w)| c.drawing.is_some() != w.is_some())
                        .count();
                    let mean: f32 = form
                        .cells
                        .iter()
                        .zip(&written)
                        .filter_map(|(c, w)| Some(alike(c.drawing.as_ref()?, w.as_ref()?)))
                        .sum::<f32>()
                        / written.iter().flatten().count() as f32;
                    let sure = form.cells.iter().filter(|c| c.is_sure).count();
                    println!(
                        "{kind} {pen} cells {count}/{}: page {} right {right} wrong-ink {wrong_ink} mean {mean:.2} sure {sure} {took:?}",
                        form.cells.len(),
                        form.page.as_ref() == Some(&page)
                    );
                }
            }
        }
    }
}
