#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

/// A page as a scanner sees it, `density` pixels a millimetre, with a bar in its third cell.
fn scanned(page: &Page, density: f64, blot: Option<Area>) -> Picture {
    let layout = page.layout();
    let [width, height] = layout.paper().size().map(|side| (side * density) as usize);
    let mut pixels = vec![240u8; width * height];
    let mut fill = |area: Area, tone: u8| {
        let [x0, x1] = [area.x, area.x + area.width].map(|at| (at * density) as usize);
        let [y0, y1] = [area.y, area.y + area.height].map(|at| (at * density) as usize);
        for y in y0..y1.max(y0 + 1).min(height) {
            pixels[y * width + x0..y * width + x1.max(x0 + 1).min(width)].fill(tone);
        }
    };
    for area in page.black() {
        fill(area, 20);
    }
    for at in 0..page.names().len() {
        let Area {
            x,
            y,
            width,
            height,
        } = layout.cell(at);
        let upright = |x| Area {
            x,
            y,
            width: svg::FRAME,
            height,
        };
        let level = |y| Area {
            x,
            y,
            width,
            height: svg::FRAME,
        };
        let far = [x + width - svg::FRAME, y + height - svg::FRAME];
        for line in [upright(x), upright(far[0]), level(y), level(far[1])] {
            fill(line, 140);
        }
    }
    let [x, y] = layout.cell(2).middle();
    fill(
        Area {
            x,
            y: y - 5.0,
            width: 1.0,
            height: 10.0,
        },
        40,
    );
    if let Some(blot) = blot {
        fill(blot, 60);
    }
    let rgba = pixels.iter().flat_map(|&tone| [tone, tone, tone, 255]);
    Picture::new(width, height, rgba.collect()).unwrap()
}

fn page() -> Page {
    let names = ["א", "<b>", "三", "four", "five"].map(str::to_owned);
    pages(Paper::Letter, &Names::Explicit(names.to_vec()))
        .unwrap()
        .remove(0)
}

#[test]
fn a_scan_gives_names_and_the_one_drawing() {
    for density in [2.6, 4.0, 8.0] {
        let form = read(&scanned(&page(), density, None)).unwrap();
        assert_eq!(form.page, Some(page()));
        let names: Vec<Option<Name>> = form.cells.iter().map(|cell| cell.name.clone()).collect();
        let printed: Vec<Option<Name>> = (0..5).map(|at| page().names().get(at)).collect();
        assert_eq!(names, printed);
        let drawn: Vec<bool> = form
            .cells
            .iter()
            .map(|cell| cell.drawing.is_some())
            .collect();
        assert_eq!(drawn, [false, false, true, false, false], "{density}");
        assert!(form.cells.iter().all(|cell| cell.is_sure));
        // An upright bar, and nothing of the frame.
        let drawing = form.cells[2].drawing.clone().unwrap();
        let columns: Vec<usize> = drawing.ink().map(|at| at.1).collect();
        assert!(columns.iter().max().unwrap() - columns.iter().min().unwrap() < 15);
    }
}

#[test]
fn a_page_whose_code_is_gone_has_cells_without_names() {
    let code = page().layout().code();
    let blot = Area {
        width: code.width / 2.0,
        ..code
    };
    let form = read(&scanned(&page(), 4.0, Some(blot))).unwrap();
    assert_eq!(form.page, None);
    assert_eq!(form.cells.len(), 5);
    assert!(form.cells.iter().all(|cell| cell.name.is_none()));
    assert!(form.cells[2].drawing.is_some() && form.cells[1].drawing.is_none());
}

#[test]
fn a_photo_of_something_else_is_no_form() {
    let ink = |at: usize| {
        let (x, y) = (at % 900, at / 900);
        (x % 120 < 60) && (y % 90 < 50) && (x + y) % 37 < 9
    };
    let rgba = (0..900 * 700).flat_map(|at| {
        if ink(at) {
            [30, 30, 60, 255]
        } else {
            [220, 220, 210, 255]
        }
    });
    let picture = Picture::new(900, 700, rgba.collect()).unwrap();
    assert_eq!(read(&picture).unwrap_err(), FormError::NoForm);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_picture_is_borne(bytes in prop::collection::vec(any::<u8>(), 1..3_000), width in 1usize..90) {
        let height = (bytes.len() / width).max(1);
        let at = |at: usize| bytes[at % bytes.len()];
        let rgba = (0..width * height * 4).map(at).collect();
        let _ = read(&Picture::new(width, height, rgba).unwrap());
    }

    #[test]
    fn a_page_that_is_partly_covered_is_never_named_wrongly(
        x in 0.0f64..215.0, y in 0.0f64..279.0, width in 1.0f64..120.0, height in 1.0f64..120.0,
    ) {
        let blot = Area {
            x,
            y,
            width: width.min(215.0 - x),
            height: height.min(279.0 - y),
        };
        if let Ok(form) = read(&scanned(&page(), 2.6, Some(blot))) {
            prop_assert!(form.page.is_none_or(|read| read == page()));
        }
    }
}
