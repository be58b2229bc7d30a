//! A reading of Rust source that is just good enough for the house rules: which part is code,
//! which is a string, and which paths the code names. Not a parser.

/// A source file, taken apart. Lines are 1-based.
pub(crate) struct RustText {
    /// The text with comments and the insides of strings blanked, line ends kept.
    pub(crate) code: String,
    /// The insides of the string literals, escapes left as they are.
    pub(crate) strings: Vec<(usize, String)>,
}

/// A path such as `crate::sim::engine`, `use` trees written out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) line: usize,
    pub(crate) segments: Vec<String>,
}

impl RustText {
    pub(crate) fn read(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut this = Self { code: String::with_capacity(text.len()), strings: Vec::new() };
        let (mut at, mut line) = (0, 1);
        while at < chars.len() {
            let (end, inside) = token_end(&chars, at);
            if let Some((from, to)) = inside {
                this.strings.push((line, chars[from..to].iter().collect()));
            }
            let blank = inside.is_some() || chars[at] == '\'' || comment_starts(&chars, at);
            for &c in &chars[at..end] {
                line += usize::from(c == '\n');
                this.code.push(if blank && c != '\n' { ' ' } else { c });
            }
            at = end;
        }
        this
    }

    /// The identifiers of the code, each with its line.
    pub(crate) fn identifiers(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().flat_map(|(index, line)| {
            line.split(|c| !is_name(c)).filter(|word| !word.is_empty()).map(move |w| (index + 1, w))
        })
    }

    /// The paths that begin with `root::`, or with `super` (then with as many as stand there).
    pub(crate) fn paths(&self, root: &str) -> Vec<Path> {
        let chars: Vec<char> = self.code.chars().collect();
        let mut paths = Vec::new();
        let (mut at, mut line) = (0, 1);
        while at < chars.len() {
            line += usize::from(chars[at] == '\n');
            let fresh = at == 0 || !(is_name(chars[at - 1]) || chars[at - 1] == ':');
            if fresh && is_name(chars[at]) && word(&chars, at) == root {
                expand(&chars, at, line, &mut Vec::new(), &mut paths);
            }
            at += 1;
        }
        paths
    }
}

/// Where the token at `at` ends, and where its inside is when it is a string.
fn token_end(chars: &[char], at: usize) -> (usize, Option<(usize, usize)>) {
    let rest = &chars[at..];
    if rest.starts_with(&['/', '/']) {
        return (at + rest.iter().take_while(|c| **c != '\n').count(), None);
    }
    if rest.starts_with(&['/', '*']) {
        return (block_comment_end(chars, at), None);
    }
    let starts_word = at == 0 || !is_name(chars[at - 1]);
    if rest[0] == '"' {
        let mut end = at + 1;
        while end < chars.len() && chars[end] != '"' {
            end += if chars[end] == '\\' { 2 } else { 1 };
        }
        let end = end.min(chars.len());
        return ((end + 1).min(chars.len()), Some((at + 1, end)));
    }
    if starts_word && (rest.starts_with(&['r', '"']) || rest.starts_with(&['r', '#'])) {
        let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
        if rest.get(1 + hashes) == Some(&'"') {
            let from = at + 2 + hashes;
            let closing: Vec<char> = std::iter::once('"').chain(vec!['#'; hashes]).collect();
            let to = (from..chars.len()).find(|i| chars[*i..].starts_with(&closing));
            let to = to.unwrap_or(chars.len());
            return ((to + closing.len()).min(chars.len()), Some((from, to)));
        }
    }
    if rest[0] == '\'' {
        // A character, unless it is a lifetime.
        if rest.get(1) == Some(&'\\') {
            let end = rest.iter().skip(3).position(|c| *c == '\'').map_or(1, |found| found + 4);
            return (at + end, None);
        }
        return (at + if rest.get(2) == Some(&'\'') { 3 } else { 1 }, None);
    }
    (at + 1, None)
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut end, mut depth) = (at + 2, 1);
    while end < chars.len() && depth > 0 {
        let step = match (chars[end], chars.get(end + 1)) {
            ('*', Some('/')) => -1,
            ('/', Some('*')) => 1,
            _ => 0,
        };
        depth += step;
        end += if step == 0 { 1 } else { 2 };
    }
    end
}

fn comment_starts(chars: &[char], at: usize) -> bool {
    chars[at] == '/' && matches!(chars.get(at + 1), Some('/' | '*'))
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word(chars: &[char], at: usize) -> String {
    chars[at..].iter().take_while(|c| is_name(**c)).collect()
}

/// Follows one path, or the branches of a `use` tree; returns where it ends.
fn expand(
    chars: &[char],
    at: usize,
    line: usize,
    before: &mut Vec<String>,
    paths: &mut Vec<Path>,
) -> usize {
    let mut at = skip_blank(chars, at);
    if chars.get(at) == Some(&'{') {
        loop {
            at = skip_blank(chars, expand(chars, at + 1, line, before, paths));
            while !matches!(chars.get(at), None | Some(',' | '}')) {
                at += 1; // `as name`
            }
            if chars.get(at) != Some(&',') {
                return at + 1;
            }
        }
    }
    let name = word(chars, at);
    at += name.chars().count();
    let depth = before.len();
    if !name.is_empty() {
        before.push(name);
    }
    if chars[at.min(chars.len())..].starts_with(&[':', ':']) {
        at = expand(chars, at + 2, line, before, paths);
    } else if !before.is_empty() {
        paths.push(Path { line, segments: before.clone() });
    }
    before.truncate(depth);
    at
}

fn skip_blank(chars: &[char], mut at: usize) -> usize {
    while chars.get(at).is_some_and(|c| c.is_whitespace()) {
        at += 1;
    }
    at
}
