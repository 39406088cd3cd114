//! Plots as SVG text: axes, labels, intervals, and marks that differ without colour.
//!
//! One function makes the picture for the page, whose colours are the page's, and for a file,
//! whose colours are given (docs/decisions/0007). It knows numbers and words; refuses to know the document.

use std::fmt::Write;

/// Width and height of a plot in its own units; it scales to any size.
pub const SIZE: (f64, f64) = (640.0, 400.0);

/// Space for labels: left, top with the legend, right, bottom.
const MARGIN: (f64, f64, f64, f64) = (58.0, 62.0, 20.0, 48.0);

/// Colours, as SVG takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything; `none` leaves the page's.
    pub paper: &'static str,
    /// Words, axes, lines.
    pub ink: &'static str,
    /// Small words.
    pub soft: &'static str,
    /// The grid.
    pub line: &'static str,
    /// The series that matters.
    pub seal: &'static str,
}

impl Palette {
    /// The page's own colours, in light and dark.
    pub const PAGE: Self = Self {
        paper: "none",
        ink: "var(--ink)",
        soft: "var(--soft)",
        line: "var(--line)",
        seal: "var(--seal)",
    };

    /// For files: the light page's colours (assets/css/base.css) on white paper.
    pub const FILE: Self = Self {
        paper: "#ffffff",
        ink: "#1d1a16",
        soft: "#645b4e",
        line: "#d8cdb8",
        seal: "#b3341c",
    };
}

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it measures, with its unit.
    pub label: String,
    /// First and last value.
    pub range: (f64, f64),
    /// Values that are marked.
    pub ticks: Vec<f64>,
}

impl Axis {
    /// An axis from 0 to a number of things that are counted, marked at whole numbers, six times at most.
    #[must_use]
    pub fn counting(label: &str, most: u32) -> Self {
        let most = most.max(1);
        let steps = (0..).flat_map(|power| [1, 2, 5].map(|part| part * 10u64.pow(power)));
        let mut steps = steps.filter(|step| step * 5 >= u64::from(most));
        let step = steps.next().unwrap_or(1);
        let ticks = (0..=u64::from(most) / step).map(|at| (at * step) as f64);
        Self {
            label: label.to_owned(),
            range: (0.0, most.into()),
            ticks: ticks.collect(),
        }
    }

    /// An axis from 0 to what was measured or the next round number, marked at round numbers, six times at most.
    #[must_use]
    pub fn measuring(label: &str, most: f64) -> Self {
        let most = if most > 0.0 { most } else { 1.0 };
        let mut power = 1.0;
        while power > most {
            power /= 10.0;
        }
        while power * 10.0 <= most {
            power *= 10.0;
        }
        let steps = [0.2, 0.5, 1.0].map(|part| part * power);
        let step = steps.into_iter().find(|step| step * 5.0 >= most);
        let step = step.unwrap_or(2.0 * power);
        let count = (most / step).ceil() as u32;
        Self {
            label: label.to_owned(),
            range: (0.0, f64::from(count) * step),
            ticks: (0..=count).map(|at| f64::from(at) * step).collect(),
        }
    }
}

/// A value, and how far it can be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Along the axis of x.
    pub x: f64,
    /// Along the axis of y.
    pub y: f64,
    /// Lower and upper end of the interval of y.
    pub interval: Option<(f64, f64)>,
}

/// How a series is marked; each differs from the others in black and white, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Full discs on a heavy line, in the seal's colour.
    Disc,
    /// Open squares on a line.
    Square,
    /// Open triangles on a dashed line.
    Triangle,
    /// A dotted line alone.
    Dots,
    /// A heavy line alone, in the seal's colour.
    Line,
}

/// A line of the plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// How it is marked.
    pub mark: Mark,
    /// In the order of x.
    pub places: Vec<Place>,
}

/// A plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// What it shows, for readers who don't see it.
    pub title: String,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// In the order of the legend.
    pub series: Vec<Series>,
}

impl Plot {
    /// The plot as an SVG document.
    #[must_use]
    pub fn svg(&self, palette: &Palette) -> String {
        let mut svg = Drawing {
            plot: self,
            palette,
            text: String::new(),
        };
        svg.draw();
        svg.text
    }
}

struct Drawing<'a> {
    plot: &'a Plot,
    palette: &'a Palette,
    text: String,
}

impl Drawing<'_> {
    /// Adds to the picture; writing to a string does not fail.
    fn put(&mut self, part: std::fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(part);
    }

    fn x(&self, value: f64) -> f64 {
        let (first, last) = self.plot.x.range;
        MARGIN.0 + (value - first) / (last - first) * (SIZE.0 - MARGIN.0 - MARGIN.2)
    }

    fn y(&self, value: f64) -> f64 {
        let (first, last) = self.plot.y.range;
        let bottom = SIZE.1 - MARGIN.3;
        bottom - (value - first) / (last - first) * (bottom - MARGIN.1)
    }

    fn draw(&mut self) {
        let (width, height) = SIZE;
        let Palette { paper, ink, .. } = *self.palette;
        let title = escape(&self.plot.title);
        self.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{title}\" \
             font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"{ink}\">\
             <title>{title}</title>\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{paper}\"/>"
        ));
        self.axes();
        let plot = self.plot;
        for series in &plot.series {
            self.series(series);
        }
        self.legend();
        self.put(format_args!("</svg>"));
    }

    fn axes(&mut self) {
        let Palette { soft, line, .. } = *self.palette;
        let plot = self.plot;
        let (left, right) = (MARGIN.0, SIZE.0 - MARGIN.2);
        let (top, bottom) = (MARGIN.1, SIZE.1 - MARGIN.3);
        for &tick in &plot.y.ticks {
            let (y, label) = (self.y(tick), number(tick));
            self.put(format_args!(
                "<path d=\"M{left} {y:.1}H{right}\" stroke=\"{line}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{soft}\">{label}</text>",
                left - 8.0,
                y + 4.5
            ));
        }
        for &tick in &plot.x.ticks {
            let (x, label) = (self.x(tick), number(tick));
            self.put(format_args!(
                "<path d=\"M{x:.1} {bottom}v5\" stroke=\"{soft}\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"{soft}\">{label}</text>",
                bottom + 20.0
            ));
        }
        let (x_label, y_label) = (escape(&plot.x.label), escape(&plot.y.label));
        let middle = (top + bottom) / 2.0;
        self.put(format_args!(
            "<path d=\"M{left} {bottom}H{right}\" stroke=\"{soft}\"/>\
             <text x=\"{right}\" y=\"{:.1}\" text-anchor=\"end\">{x_label}</text>\
             <text transform=\"translate(15 {middle:.1}) rotate(-90)\" text-anchor=\"middle\">{y_label}</text>",
            SIZE.1 - 8.0
        ));
    }

    fn colour(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Disc | Mark::Line => self.palette.seal,
            Mark::Dots => self.palette.soft,
            Mark::Square | Mark::Triangle => self.palette.ink,
        }
    }

    fn series(&mut self, series: &Series) {
        let colour = self.colour(series.mark);
        let (width, dashes) = stroke(series.mark);
        let mut path = String::new();
        for place in &series.places {
            let command = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(
                path,
                "{command}{:.1} {:.1}",
                self.x(place.x),
                self.y(place.y)
            );
        }
        self.put(format_args!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
             stroke-linejoin=\"round\"{dashes}/>"
        ));
        for place in &series.places {
            let (x, y) = (self.x(place.x), self.y(place.y));
            if let Some((low, high)) = place.interval {
                let (low, high) = (self.y(low), self.y(high));
                self.put(format_args!(
                    "<path d=\"M{x:.1} {low:.1}V{high:.1}M{0:.1} {low:.1}h6M{0:.1} {high:.1}h6\" \
                     stroke=\"{colour}\" stroke-width=\"1.2\"/>",
                    x - 3.0
                ));
            }
            self.mark(series.mark, x, y);
        }
    }

    fn mark(&mut self, mark: Mark, x: f64, y: f64) {
        let colour = self.colour(mark);
        // Open marks hide the line behind them with the paper, or with nothing on the page.
        let paper = match self.palette.paper {
            "none" => "var(--sheet)",
            paper => paper,
        };
        match mark {
            Mark::Disc => self.put(format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>"
            )),
            Mark::Square => self.put(format_args!(
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"7\" height=\"7\" fill=\"{paper}\" stroke=\"{colour}\"/>",
                x - 3.5,
                y - 3.5
            )),
            Mark::Triangle => self.put(format_args!(
                "<path d=\"M{x:.1} {:.1}l4.5 8h-9z\" fill=\"{paper}\" stroke=\"{colour}\"/>",
                y - 5.0
            )),
            Mark::Dots | Mark::Line => {}
        }
    }

    /// The names above the field, two in a row, each with its line.
    fn legend(&mut self) {
        let plot = self.plot;
        if plot.series.len() < 2 {
            return;
        }
        for (at, series) in plot.series.iter().enumerate() {
            let y = 14.0 + 22.0 * (at / 2) as f64;
            let x = MARGIN.0 + 270.0 * (at % 2) as f64;
            let colour = self.colour(series.mark);
            let (width, dashes) = stroke(series.mark);
            let name = escape(&series.name);
            self.put(format_args!(
                "<path d=\"M{x} {y}h30\" stroke=\"{colour}\" stroke-width=\"{width}\"{dashes}/>"
            ));
            self.mark(series.mark, x + 15.0, y);
            self.put(format_args!(
                "<text x=\"{}\" y=\"{}\">{name}</text>",
                x + 38.0,
                y + 4.5
            ));
        }
    }
}

/// Width of a series' line, and its dashes as an attribute.
fn stroke(mark: Mark) -> (f64, &'static str) {
    match mark {
        Mark::Disc | Mark::Line => (2.4, ""),
        Mark::Square => (1.4, ""),
        Mark::Triangle => (1.4, " stroke-dasharray=\"7 4\""),
        Mark::Dots => (1.6, " stroke-dasharray=\"1.5 4\""),
    }
}

/// A number with as many decimals as it has, two at most.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Text that means itself within SVG.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plot(places: Vec<Place>) -> Plot {
        let axis = |label: &str| Axis {
            label: label.to_owned(),
            range: (0.0, 100.0),
            ticks: vec![0.0, 50.0, 100.0],
        };
        let series = |name: &str, mark| Series {
            name: name.to_owned(),
            mark,
            places: places.clone(),
        };
        Plot {
            title: "A <plot> & \"more\"".to_owned(),
            x: axis("N"),
            y: axis("right answers, %"),
            series: vec![series("one", Mark::Disc), series("other", Mark::Triangle)],
        }
    }

    #[test]
    fn words_are_never_markup() {
        let svg = plot(Vec::new()).svg(&Palette::FILE);
        assert!(svg.contains("A &lt;plot&gt; &amp; &quot;more&quot;"));
        assert!(!svg.contains("<plot>"));
    }

    #[test]
    fn a_file_has_no_colours_of_the_page() {
        let places = vec![Place {
            x: 5.0,
            y: 40.0,
            interval: Some((30.0, 50.0)),
        }];
        assert!(!plot(places.clone()).svg(&Palette::FILE).contains("var("));
        assert!(plot(places).svg(&Palette::PAGE).contains("var(--seal)"));
    }

    #[test]
    fn the_corners_of_the_ranges_are_the_corners_of_the_field() {
        let corners = [(0.0, 0.0), (100.0, 100.0)];
        let places = corners.map(|(x, y)| Place {
            x,
            y,
            interval: None,
        });
        let svg = plot(places.to_vec()).svg(&Palette::FILE);
        assert!(svg.contains("M58.0 352.0L620.0 62.0"), "{svg}");
    }

    proptest! {
        #[test]
        fn every_place_is_marked(ys in prop::collection::vec(0.0f64..100.0, 0..20)) {
            let places: Vec<Place> = ys.iter().enumerate()
                .map(|(at, &y)| Place { x: at as f64, y, interval: None }).collect();
            let svg = plot(places).svg(&Palette::FILE);
            // And one in the legend.
            prop_assert_eq!(svg.matches("<circle").count(), ys.len() + 1);
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }

    #[test]
    fn what_is_counted_is_marked_at_whole_numbers() {
        let ticks = |most| Axis::counting("steps", most).ticks;
        assert_eq!(ticks(0), [0.0, 1.0]);
        assert_eq!(ticks(3), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(6), [0.0, 2.0, 4.0, 6.0]);
        assert_eq!(ticks(120), [0.0, 50.0, 100.0]);
        for most in [1, 7, 11, 64, 999, 12_345, u32::MAX] {
            let ticks = ticks(most);
            assert!((2..=6).contains(&ticks.len()), "{most}: {ticks:?}");
            assert!(ticks.iter().all(|tick| tick.fract() == 0.0), "{ticks:?}");
        }
    }

    #[test]
    fn what_is_measured_is_marked_at_round_numbers() {
        let ticks = |most| Axis::measuring("loss", most).ticks;
        assert_eq!(ticks(0.0), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        assert_eq!(ticks(4.1), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(ticks(36.0), [0.0, 10.0, 20.0, 30.0, 40.0]);
        for most in [1e-4, 0.3, 0.7, 1.0, 1.9, 2.6, 9.99, 19.9, 100.0, 9e9] {
            let axis = Axis::measuring("loss", most);
            assert!((3..=6).contains(&axis.ticks.len()), "{most}: {axis:?}");
            assert!(axis.range.1 >= most && axis.ticks.last() == Some(&axis.range.1));
        }
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(20.0), "20");
        assert_eq!(number(0.25), "0.25");
        assert_eq!(number(0.5), "0.5");
    }
}
