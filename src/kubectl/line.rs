//! A command line: words as a shell would split them.

use crate::api::sorted::SortedMap;

/// What a command is started with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// The words after `kubectl`.
    pub arguments: Vec<String>,
    /// What it reads from its standard input.
    pub stdin: String,
    /// Whether somebody sits at a terminal and types on.
    pub interactive: bool,
    /// Files that `-f` finds, by path.
    pub files: SortedMap<String, String>,
}

/// A quotation that does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnclosedQuote(
    /// The mark with which it began.
    pub char,
);

impl CommandLine {
    /// Reads the words of a line; a leading `kubectl` is left out.
    pub fn parse(line: &str) -> Result<Self, UnclosedQuote> {
        let mut arguments = split(line)?;
        if arguments.first().is_some_and(|word| word == "kubectl") {
            arguments.remove(0);
        }
        Ok(Self { arguments, ..Self::default() })
    }

    /// The same with something to read.
    #[must_use]
    pub fn with_stdin(mut self, stdin: impl Into<String>) -> Self {
        self.stdin = stdin.into();
        self
    }
}

/// Splits a line into words by the quoting rules of the POSIX shell. Nothing is expanded.
pub fn split(line: &str) -> Result<Vec<String>, UnclosedQuote> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '#' if word.is_none() => {
                chars.by_ref().find(|c| *c == '\n');
            }
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(c) => word.push(c),
                        None => return Err(UnclosedQuote('\'')),
                    }
                }
            }
            '"' => double_quoted(&mut chars, word.get_or_insert_default())?,
            '\\' => match chars.next() {
                Some('\n') => {}
                next => word.get_or_insert_default().push(next.unwrap_or('\\')),
            },
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

fn double_quoted(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    word: &mut String,
) -> Result<(), UnclosedQuote> {
    loop {
        match chars.next() {
            Some('"') => return Ok(()),
            Some('\\') => match chars.next() {
                Some('\n') => {}
                Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                Some(c) => word.extend(['\\', c]),
                None => return Err(UnclosedQuote('"')),
            },
            Some(c) => word.push(c),
            None => return Err(UnclosedQuote('"')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_a_shell_does() {
        let cases: [(&str, &[&str]); 7] = [
            ("get  pod\t-o wide", &["get", "pod", "-o", "wide"]),
            ("patch -p '{\"a\": \"b c\"}'", &["patch", "-p", "{\"a\": \"b c\"}"]),
            ("a\"b c\"d", &["ab cd"]),
            ("\"a\\\"b\\n\"", &["a\"b\\n"]),
            ("'' x", &["", "x"]),
            ("a\\ b \\\n c", &["a b", "c"]),
            ("a # not this", &["a"]),
        ];
        for (line, words) in cases {
            assert_eq!(split(line).expect(line), words, "{line}");
        }
        assert_eq!(split("say 'it"), Err(UnclosedQuote('\'')));
    }
}
