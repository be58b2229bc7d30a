//! The grammar of `-l` (`apimachinery/pkg/labels/selector.go`).

use crate::api::meta::{LabelSelectorRequirement, StringMap};

/// One condition on labels.
#[derive(Clone, Debug)]
pub(super) enum Requirement {
    /// On the value, or on whether there is one.
    Set(LabelSelectorRequirement),
    /// `key>number`.
    More(String, i64),
    /// `key<number`.
    Less(String, i64),
}

impl Requirement {
    /// Whether labels meet it.
    pub(super) fn matches(&self, labels: &StringMap) -> bool {
        let number = |key: &String| labels.get(key).and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Set(requirement) => requirement.matches(labels),
            Self::More(key, bound) => number(key).is_some_and(|own| own > *bound),
            Self::Less(key, bound) => number(key).is_some_and(|own| own < *bound),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Word,
    Open,
    Close,
    Comma,
    Not,
    Equal,
    NotEqual,
    More,
    Less,
    In,
    NotIn,
    Wrong,
    End,
}

const SYMBOLS: [(&str, Token); 9] = [
    (")", Token::Close),
    (",", Token::Comma),
    ("!", Token::Not),
    ("==", Token::Equal),
    ("=", Token::Equal),
    ("!=", Token::NotEqual),
    ("(", Token::Open),
    ("<", Token::Less),
    (">", Token::More),
];

const OPERATORS: &str = "in, notin, =, ==, !=, gt, lt";

const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric \
     characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
     'MyValue',  or 'my_value',  or '12345', regex used for validation is \
     '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// Reads a selector; the error is the API server's.
pub(super) fn parse(text: &str) -> Result<Vec<Requirement>, String> {
    let mut parser = Parser { tokens: scan(text), next: 0 };
    let mut requirements = Vec::new();
    loop {
        let (token, word) = parser.look();
        match token {
            Token::Word | Token::In | Token::NotIn | Token::Not => {
                let one = parser.requirement();
                let wrap = |why| format!("unable to parse requirement: {why}");
                requirements.push(one.map_err(wrap)?);
            }
            Token::End => return Ok(requirements),
            _ => {
                return Err(format!("found '{word}', expected: !, identifier, or 'end of string'"));
            }
        }
        match parser.take() {
            (Token::End, _) => return Ok(requirements),
            (Token::Comma, _) => {
                let (token, word) = parser.look();
                if !matches!(token, Token::Word | Token::In | Token::NotIn | Token::Not) {
                    return Err(format!("found '{word}', expected: identifier after ','"));
                }
            }
            (_, word) => return Err(format!("found '{word}', expected: ',' or 'end of string'")),
        }
    }
}

fn scan(text: &str) -> Vec<(Token, String)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let is_symbol = |c: char| matches!(c, '=' | '!' | '(' | ')' | ',' | '>' | '<');
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { break };
        let end = if is_symbol(first) {
            let run = rest.find(|c| !is_symbol(c)).unwrap_or(rest.len());
            let longest = SYMBOLS.iter().filter(|(symbol, _)| rest[..run].starts_with(symbol));
            let Some((symbol, token)) = longest.max_by_key(|(symbol, _)| symbol.len()) else {
                let words = format!("error expected: keyword found '{}'", &rest[..run]);
                tokens.push((Token::Wrong, words));
                break;
            };
            tokens.push((*token, (*symbol).to_owned()));
            symbol.len()
        } else {
            let end = rest.find(|c: char| is_symbol(c) || c.is_whitespace()).unwrap_or(rest.len());
            let token = match &rest[..end] {
                "in" => Token::In,
                "notin" => Token::NotIn,
                _ => Token::Word,
            };
            tokens.push((token, rest[..end].to_owned()));
            end
        };
        rest = &rest[end..];
    }
    tokens.push((Token::End, String::new()));
    tokens
}

struct Parser {
    tokens: Vec<(Token, String)>,
    next: usize,
}

impl Parser {
    fn look(&self) -> (Token, String) {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens.get(self.next.min(last)).cloned().unwrap_or((Token::End, String::new()))
    }

    fn take(&mut self) -> (Token, String) {
        let token = self.look();
        self.next += 1;
        token
    }

    /// Where a value may stand, `in` and `notin` are words like any other.
    fn take_value(&mut self) -> (Token, String) {
        match self.take() {
            (Token::In | Token::NotIn, word) => (Token::Word, word),
            other => other,
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let (mut token, mut key) = self.take_value();
        let denied = token == Token::Not;
        if denied {
            (token, key) = self.take_value();
        }
        if token != Token::Word {
            return Err(format!("found '{key}', expected: identifier"));
        }
        if denied {
            return Ok(set(key, "DoesNotExist", Vec::new()));
        }
        if matches!(self.look().0, Token::End | Token::Comma) {
            return Ok(set(key, "Exists", Vec::new()));
        }
        match self.take() {
            (Token::In, _) => self.values().and_then(|list| any_of(key, "In", list)),
            (Token::NotIn, _) => self.values().and_then(|list| any_of(key, "NotIn", list)),
            (Token::Equal, _) => self.value().and_then(|one| any_of(key, "In", vec![one])),
            (Token::NotEqual, _) => self.value().and_then(|one| any_of(key, "NotIn", vec![one])),
            (Token::More, _) => self.number().map(|bound| Requirement::More(key, bound)),
            (Token::Less, _) => self.number().map(|bound| Requirement::Less(key, bound)),
            (_, word) => Err(format!("found '{word}', expected: {OPERATORS}")),
        }
    }

    fn value(&mut self) -> Result<String, String> {
        if matches!(self.look().0, Token::End | Token::Comma) {
            return Ok(String::new());
        }
        match self.take_value() {
            (Token::Word, word) => Ok(word),
            (_, word) => Err(format!("found '{word}', expected: identifier")),
        }
    }

    fn number(&mut self) -> Result<i64, String> {
        let text = self.value()?;
        text.parse().map_err(|_| {
            format!(
                "values[0]: Invalid value: \"{text}\": for 'Gt', 'Lt' operators, the value must \
                 be an integer"
            )
        })
    }

    fn values(&mut self) -> Result<Vec<String>, String> {
        match self.take_value() {
            (Token::Open, _) => {}
            (_, word) => return Err(format!("found '{word}' expected: '('")),
        }
        match self.look() {
            (Token::Close, _) => {
                self.take();
                let why = "for 'in', 'notin' operators, values set can't be empty";
                return Err(format!("values: Invalid value: []: {why}"));
            }
            (Token::Word | Token::In | Token::NotIn | Token::Comma, _) => {}
            (_, word) => return Err(format!("found '{word}', expected: ',', ')' or identifier")),
        }
        let mut list = Vec::new();
        loop {
            match self.take_value() {
                (Token::Word, word) => list.push(word),
                (Token::Comma, _) => {
                    list.push(String::new());
                    continue;
                }
                (_, word) => return Err(format!("found '{word}', expected: ',', or identifier")),
            }
            match self.take() {
                (Token::Close, _) => return Ok(list),
                (Token::Comma, _) if self.look().0 == Token::Close => {
                    self.take();
                    list.push(String::new());
                    return Ok(list);
                }
                (Token::Comma, _) => {}
                (_, word) => return Err(format!("found '{word}', expected: ',' or ')'")),
            }
        }
    }
}

fn set(key: String, operator: &str, values: Vec<String>) -> Requirement {
    Requirement::Set(LabelSelectorRequirement {
        key,
        operator: operator.to_owned(),
        values,
        ..LabelSelectorRequirement::default()
    })
}

fn any_of(key: String, operator: &str, values: Vec<String>) -> Result<Requirement, String> {
    for (index, value) in values.iter().enumerate() {
        if !is_label_value(value) {
            return Err(format!(
                "values[{index}][{key}]: Invalid value: \"{value}\": {VALUE_RULE}"
            ));
        }
    }
    Ok(set(key, operator, values))
}

/// Whether a label may have that value (`validation.IsValidLabelValue`).
pub(crate) fn is_label_value(value: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    value.len() <= 63
        && value.chars().all(inner)
        && edge(value.chars().next())
        && edge(value.chars().next_back())
}
