//! The course of some figures, as SVG.
//!
//! One panel for each figure, from nothing to its largest value, with its first and last number written down: a curve alone says little.
//! Names and moments come from repositories, so they are escaped; the file holds neither a script nor a reference to anything outside.

use record::domain::text::Untrusted;

/// Width of the picture, and height of a panel, in pixels.
const WIDTH: f64 = 720.0;
const PANEL: f64 = 110.0;
/// Room beside and above the curves.
const MARGIN: f64 = 70.0;
const HEAD: f64 = 34.0;

/// A figure over all points.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is.
    pub name: String,
    /// Its values, oldest first.
    pub values: Vec<f64>,
}

/// Draws figures over points with their labels.
pub fn plot(title: &str, labels: &[String], series: &[Series]) -> String {
    let panels = f64::from(u32::try_from(series.len()).unwrap_or(0));
    let tall = HEAD + panels * PANEL + 24.0;
    let mut pieces = vec![format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {tall}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{tall}\" fill=\"#fff\"/>\n<text x=\"8\" y=\"20\" font-size=\"14\">{}</text>\n",
        Untrusted(title).html()
    )];
    let mut top = HEAD;
    for one in series {
        panel(&mut pieces, one, top);
        top += PANEL;
    }
    let ends = [(labels.first(), MARGIN, "start"), (labels.last(), WIDTH - MARGIN, "end")];
    for (label, x, anchor) in ends {
        let label = Untrusted(label.map_or("", String::as_str)).html();
        pieces.push(format!(
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"#555\">{label}</text>\n",
            top + 14.0
        ));
    }
    pieces.push("</svg>\n".to_owned());
    pieces.concat()
}

fn panel(pieces: &mut Vec<String>, series: &Series, top: f64) {
    let largest = series.values.iter().copied().fold(1.0, f64::max);
    let (bottom, height) = (top + PANEL - 18.0, PANEL - 36.0);
    let steps = f64::from(u32::try_from(series.values.len()).unwrap_or(1)).max(2.0) - 1.0;
    let place = |(at, value): (u32, &f64)| {
        let x = MARGIN + (WIDTH - 2.0 * MARGIN) * f64::from(at) / steps;
        format!("{x:.1},{:.1}", bottom - height * value / largest)
    };
    let points: Vec<String> = (0_u32..).zip(&series.values).map(place).collect();
    let (first, last) = (series.values.first().copied(), series.values.last().copied());
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.0}"));
    pieces.push(format!(
        "<text x=\"{MARGIN}\" y=\"{}\" font-weight=\"bold\">{}</text>\n<line x1=\"{MARGIN}\" y1=\"{bottom}\" x2=\"{}\" y2=\"{bottom}\" stroke=\"#ccc\"/>\n<polyline points=\"{}\" fill=\"none\" stroke=\"#2563a8\" stroke-width=\"2\"/>\n<text x=\"{}\" y=\"{bottom}\" text-anchor=\"end\">{}</text>\n<text x=\"{}\" y=\"{bottom}\">{}</text>\n",
        top + 12.0,
        Untrusted(&series.name).html(),
        WIDTH - MARGIN,
        points.join(" "),
        MARGIN - 6.0,
        number(first),
        WIDTH - MARGIN + 6.0,
        number(last),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_has_a_curve_with_its_numbers_and_names_cannot_leave_their_place() {
        let series = [Series { name: "lines <b>".to_owned(), values: vec![10.0, 40.0, 20.0] }];

        let drawn = plot("shop & co", &["old".to_owned(), "new".to_owned()], &series);

        assert!(drawn.contains("points=\"70.0,107.5 360.0,52.0 650.0,89.0\""), "{drawn}");
        assert!(drawn.contains(">10</text>") && drawn.contains(">20</text>"), "{drawn}");
        assert!(drawn.contains("lines &lt;b&gt;") && drawn.contains("shop &amp; co"), "{drawn}");
    }
}
