//! A flame graph of call stacks, as SVG.
//!
//! Names in it come from code under test: they are escaped, and the file holds neither a script nor a reference to anything outside.

use std::collections::BTreeMap;

use record::domain::text::Untrusted;

/// Width of the picture and height of a row, in pixels.
const WIDTH: f64 = 1_200.0;
const ROW: u32 = 18;
/// Rows of the picture.
const MAX_DEPTH: usize = 60;
/// Pixels of the narrowest box that is drawn.
const NARROWEST: f64 = 0.6;
/// Pixels of a letter.
const LETTER: f64 = 7.0;
/// Letters of the shortest name that is written.
const LEAST_LETTERS: usize = 3;

/// A stack, outermost first, and how often it was seen.
pub type Stack = (Vec<String>, u64);

/// A box of the picture with what stands on it.
#[derive(Default)]
struct Tower {
    count: u64,
    above: BTreeMap<String, Self>,
}

/// Draws the stacks.
pub fn flame(title: &str, stacks: &[Stack]) -> String {
    let mut root = Tower::default();
    for (frames, count) in stacks {
        root.count += count;
        let mut tower = &mut root;
        for frame in frames.iter().take(MAX_DEPTH) {
            tower = tower.above.entry(frame.clone()).or_default();
            tower.count += count;
        }
    }
    let rows = height(&root);
    let tall = (rows + 2) * ROW;
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {tall}\" font-family=\"monospace\" font-size=\"11\">\n<rect width=\"{WIDTH}\" height=\"{tall}\" fill=\"#fff\"/>\n<text x=\"6\" y=\"13\">{}</text>\n",
        Untrusted(title).html()
    );
    let scale = WIDTH / exact(root.count.max(1));
    let mut pieces = vec![head];
    draw(&mut pieces, &root, (0.0, scale), (tall - ROW, root.count));
    pieces.push("</svg>\n".to_owned());
    pieces.concat()
}

fn exact(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn height(tower: &Tower) -> u32 {
    tower.above.values().map(|above| 1 + height(above)).max().unwrap_or(0)
}

fn draw(
    pieces: &mut Vec<String>,
    tower: &Tower,
    (mut left, scale): (f64, f64),
    (y, all): (u32, u64),
) {
    for (name, above) in &tower.above {
        let wide = exact(above.count) * scale;
        if wide >= NARROWEST {
            let share = 100.0 * exact(above.count) / exact(all.max(1));
            pieces.push(drawn_box(name, share, (left, wide), y));
            draw(pieces, above, (left, scale), (y.saturating_sub(ROW), all));
        }
        left += wide;
    }
}

/// One box, with its name as far as it fits.
fn drawn_box(name: &str, share: f64, (left, wide): (f64, f64), y: u32) -> String {
    let sum =
        name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let (hue, shown, tall) = (sum % 60, Untrusted(name).html(), ROW - 1);
    let letters =
        (1_u32..).zip(name.chars()).take_while(|(count, _)| f64::from(*count) * LETTER < wide);
    let cut: String = letters.map(|(_, letter)| letter).collect();
    let text = if cut.chars().count() < LEAST_LETTERS {
        String::new()
    } else {
        format!("<text x=\"{:.1}\" y=\"{}\">{}</text>", left + 2.0, y + 12, Untrusted(&cut).html())
    };
    format!(
        "<g><title>{shown} {share:.1} %</title><rect x=\"{left:.1}\" y=\"{y}\" width=\"{wide:.1}\" height=\"{tall}\" fill=\"hsl({hue},80%,72%)\" stroke=\"#fff\"/>{text}</g>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_are_boxes_as_wide_as_they_are_frequent_and_names_are_escaped() {
        let stack =
            |names: &[&str], count| (names.iter().map(|name| (*name).to_owned()).collect(), count);

        let drawn = flame("a & b", &[stack(&["main", "<lambda>"], 3), stack(&["main", "slow"], 1)]);

        assert!(drawn.contains("a &amp; b") && !drawn.contains("<lambda>"), "{drawn}");
        assert!(drawn.contains("width=\"900.0\"") && drawn.contains("slow 25.0 %"), "{drawn}");
        assert!(!drawn.contains("script") && drawn.matches("<g>").count() == 3, "{drawn}");
    }
}
