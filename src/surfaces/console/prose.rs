//! Prose with code in it, as people write it.
//!
//! Descriptions of concepts put code between backticks, which a terminal shows as they are. A page shows code as code; the text is
//! divided here and escaped where it is drawn, like every other.

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text, without backticks.
    pub text: String,
    /// Whether it is code.
    pub is_code: bool,
}

/// Divides a text at its backticks; one that has no partner stays as it is.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut parts: Vec<&str> = text.split('`').collect();
    // Of an even number of parts the last begins with a backtick that nothing closes.
    let rest = if parts.len().is_multiple_of(2) { parts.pop() } else { None };
    let mut found: Vec<Piece> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| Piece { text: (*part).to_owned(), is_code: at % 2 == 1 })
        .filter(|piece| !piece.text.is_empty())
        .collect();
    found.extend(rest.map(|rest| Piece { text: format!("`{rest}"), is_code: false }));
    found
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn what_stands_between_backticks_is_code() {
        let shown = |text: &str| {
            let pieces = pieces(text).into_iter();
            pieces
                .map(|piece| if piece.is_code { format!("<{}>", piece.text) } else { piece.text })
                .collect::<String>()
        };

        assert_eq!(shown("calls `f()` and `g`."), "calls <f()> and <g>.");
        assert_eq!(shown("`f` first"), "<f> first");
        assert_eq!(shown("cut `off"), "cut `off");
        assert_eq!(shown(""), "");
    }
}
