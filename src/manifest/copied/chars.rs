//! The characters that copying brings in.

/// What a space that is no space is called.
pub(super) fn odd_space(c: char) -> Option<&'static str> {
    match c {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => Some("non-breaking-space"),
        '\u{3000}' => Some("full-width-space"),
        _ => None,
    }
}

/// Characters without width, which nobody means to write.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Double quotes as word processors and Korean or Japanese keyboards write them.
pub(super) fn is_double_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '″' | '〝' | '〞' | '＂' | '«' | '»')
}

/// Single quotes of the same kind.
pub(super) fn is_single_quote(c: char) -> bool {
    matches!(c, '‘' | '’' | '‚' | '‛' | '′' | '＇')
}

/// Dashes that stand for one or several hyphens.
pub(super) fn is_long_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '－')
}

/// Whatever separates words on a line.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t') || odd_space(c).is_some()
}
