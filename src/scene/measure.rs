//! How wide writing is: one rule for the core, the tests and the page.
//!
//! The page uses system fonts, which differ. The widths here are those of the wider usual ones
//! (Verdana apart), so that what fits here fits there.

/// Size and style of a line of writing. The page's style sheet uses the same sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextRole {
    /// The name of an object.
    Name,
    /// A second line: phase, address, capacity.
    Line,
    /// A path, in letters of one width.
    Path,
    /// The heading of a region, translated.
    Heading,
    /// The sign of a status.
    Glyph,
    /// The kind of an object, small.
    Kind,
}

impl TextRole {
    /// Every one.
    pub const ALL: &[Self] =
        &[Self::Name, Self::Line, Self::Path, Self::Heading, Self::Glyph, Self::Kind];

    /// Font size in scene units.
    pub fn size(self) -> i32 {
        match self {
            Self::Name | Self::Glyph | Self::Heading => 13,
            Self::Line | Self::Path => 11,
            Self::Kind => 10,
        }
    }

    /// The word for style sheets.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Line => "line",
            Self::Path => "path",
            Self::Heading => "heading",
            Self::Glyph => "glyph",
            Self::Kind => "kind",
        }
    }
}

/// The width of a text in scene units, rounded up.
pub fn text_width(text: &str, role: TextRole) -> i32 {
    let thousandths: i32 = text.chars().map(|letter| letter_width(letter, role)).sum();
    (thousandths * role.size() + 999) / 1000
}

/// The text, or as much of it as fits: an ellipsis stands for what is missing in its middle,
/// because the ends of Kubernetes names tell them apart.
pub fn shorten(text: &str, role: TextRole, width: i32) -> String {
    if text_width(text, role) <= width {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let (mut head, mut tail) = (letters.len() / 2, letters.len() - letters.len() / 2);
    while head + tail > 0 {
        if head > tail {
            head -= 1;
        } else {
            tail -= 1;
        }
        let start: String = letters[..head].iter().collect();
        let end: String = letters[letters.len() - tail..].iter().collect();
        let short = format!("{start}\u{2026}{end}");
        if text_width(&short, role) <= width {
            return short;
        }
    }
    String::new()
}

/// The path, or its end: what stands last in a path tells most.
pub fn shorten_path(path: &str, role: TextRole, width: i32) -> String {
    if text_width(path, role) <= width {
        return path.to_owned();
    }
    let mut rest = path;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        let short = format!("\u{2026}{rest}");
        if text_width(&short, role) <= width {
            return short;
        }
    }
    String::new()
}

/// In thousandths of the font size.
fn letter_width(letter: char, role: TextRole) -> i32 {
    let wide = matches!(u32::from(letter), 0x1100..=0x11ff | 0x2e80..=0xa4cf | 0xa960..=0xa97f
        | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xff00..=0xff60 | 0x1_f000..=0x1_ffff);
    if wide {
        return 1000;
    }
    if role == TextRole::Path {
        return 605;
    }
    let plain = match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 290,
        'I' | 'f' | 't' | ' ' | '/' | '(' | ')' | '[' | ']' => 360,
        'r' | '-' | '"' => 410,
        'm' | 'w' | 'M' | '%' | '@' | '\u{2026}' => 960,
        'W' => 1000,
        'A'..='H' | 'J'..='L' | 'N'..='V' | 'X'..='Z' | '&' | '+' | '=' | '<' | '>' => 740,
        _ => 620,
    };
    if matches!(role, TextRole::Name | TextRole::Heading) { plain * 107 / 100 } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_in_the_middle_and_paths_at_the_front() {
        assert_eq!(shorten("web-0", TextRole::Name, 60), "web-0");
        let name = "pvc-2f4c1d6e-7b1a-4c9e-9d53-0e8d7a1c55aa";
        let short = shorten(name, TextRole::Name, 100);
        assert!(short.starts_with("pvc-") && short.ends_with("5aa"), "{short}");
        assert!(text_width(&short, TextRole::Name) <= 100);
        let path = shorten_path("/usr/local/apache2/htdocs", TextRole::Path, 90);
        assert!(path.starts_with('\u{2026}') && path.ends_with("/htdocs"), "{path}");
    }
}
