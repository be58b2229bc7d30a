//! Splitting a shell script into words and signs.

/// A piece of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word without its quotes.
    Word(String),
    /// `;`, `&&`, `||`, `|`, `&` or the end of a line (as `;`).
    Sign(&'static str),
}

impl Token {
    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Sign(_) => None,
        }
    }
}

/// Splits a script into words and signs. Quotes are taken off, `$(…)` stays one word.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = text.chars().peekable();
    let mut depth = 0_usize;
    let mut quote = None;
    while let Some(letter) = letters.next() {
        if let Some(open) = quote {
            if letter == open {
                quote = None;
            } else {
                word.get_or_insert_default().push(letter);
            }
            continue;
        }
        match letter {
            '\'' | '"' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            '(' if word.is_some() => {
                depth += 1;
                word.get_or_insert_default().push(letter);
            }
            ')' if depth > 0 => {
                depth -= 1;
                word.get_or_insert_default().push(letter);
            }
            _ if depth > 0 => word.get_or_insert_default().push(letter),
            '#' if word.is_none() => while letters.next_if(|c| *c != '\n').is_some() {},
            c if c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')') => {
                tokens.extend(word.take().map(Token::Word));
                let double = matches!(c, '&' | '|') && letters.next_if_eq(&c).is_some();
                match (c, double) {
                    ('&', true) => tokens.push(Token::Sign("&&")),
                    ('|', true) => tokens.push(Token::Sign("||")),
                    ('&', false) => tokens.push(Token::Sign("&")),
                    ('|', false) => tokens.push(Token::Sign("|")),
                    (';' | '\n' | '(' | ')', _) => tokens.push(Token::Sign(";")),
                    _ => {}
                }
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    tokens.extend(word.map(Token::Word));
    tokens
}

/// Goes through the pieces.
pub(super) struct Reader<'a> {
    /// The pieces.
    pub tokens: &'a [Token],
    /// The next one.
    pub at: usize,
}

impl<'a> Reader<'a> {
    /// The next piece, without going on.
    pub(super) fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    /// The next piece.
    pub(super) fn next(&mut self) -> Option<&'a Token> {
        self.at += 1;
        self.tokens.get(self.at - 1)
    }

    /// Whether one of these words comes next.
    pub(super) fn at_word(&self, words: &[&str]) -> bool {
        self.peek().and_then(Token::word).is_some_and(|word| words.contains(&word))
    }

    /// The words up to the next sign.
    pub(super) fn words(&mut self) -> Vec<&'a str> {
        let mut words = Vec::new();
        while let Some(word) = self.peek().and_then(Token::word) {
            words.push(word);
            self.at += 1;
        }
        words
    }
}
