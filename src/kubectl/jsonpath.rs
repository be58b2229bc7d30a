//! `JSONPath` templates (`k8s.io/client-go/util/jsonpath`).

use serde_json::Value;

use super::failure::Failure;

/// A template: text with actions in braces.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Path(Vec<Step>),
    Range(Vec<Step>, Vec<Part>),
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    Every,
    Descend(String),
    Slice(Option<i64>, Option<i64>, i64),
    Index(i64),
    Filter(Vec<Step>, Option<(String, Operand)>),
}

#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Literal(Value),
    Path(Vec<Step>),
}

/// A path as `--sort-by` and `custom-columns` take it, with or without braces and its first dot
/// (`RelaxedJSONPathExpression`).
pub(super) fn relaxed(path: &str) -> String {
    let inner = path.trim().trim_start_matches('{').trim_end_matches('}');
    let inner = inner.strip_prefix('.').unwrap_or(inner);
    format!("{{.{inner}}}")
}

/// A value as it stands in the output: texts bare, the rest as compact JSON.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Template {
    /// Reads a template.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let mut rest = text;
        let parts = parse_parts(&mut rest, 0)
            .map_err(|why| Failure::message(format!("error parsing jsonpath {text}, {why}")))?;
        Ok(Self { parts })
    }

    /// The text that the template makes of a value.
    pub(super) fn render(&self, value: &Value) -> String {
        let mut out = String::new();
        render(&self.parts, value, &mut out);
        out
    }

    /// What the template's paths lead to.
    pub(super) fn find<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        let mut found = Vec::new();
        for part in &self.parts {
            if let Part::Path(steps) = part {
                found.extend(walk(vec![value], steps));
            }
        }
        found
    }
}

fn render(parts: &[Part], value: &Value, out: &mut String) {
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Path(steps) => {
                let found: Vec<String> = walk(vec![value], steps).into_iter().map(plain).collect();
                out.push_str(&found.join(" "));
            }
            Part::Range(steps, body) => {
                for item in walk(vec![value], steps) {
                    render(body, item, out);
                }
            }
        }
    }
}

fn walk<'a>(mut values: Vec<&'a Value>, steps: &[Step]) -> Vec<&'a Value> {
    for step in steps {
        let mut next = Vec::new();
        for value in values {
            take(value, step, &mut next);
        }
        values = next;
    }
    values
}

fn take<'a>(value: &'a Value, step: &Step, next: &mut Vec<&'a Value>) {
    match (step, value) {
        (Step::Field(name), Value::Object(map)) => next.extend(map.get(name)),
        (Step::Every, Value::Object(map)) => next.extend(map.values()),
        (Step::Every, Value::Array(items)) => next.extend(items),
        (Step::Index(index), Value::Array(items)) => {
            next.extend(place(*index, items.len()).and_then(|index| items.get(index)));
        }
        (Step::Slice(from, to, stride), Value::Array(items)) => {
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let bound = |n: i64| (if n < 0 { n + length } else { n }).clamp(0, length);
            let mut index = bound(from.unwrap_or(0));
            while index < bound(to.unwrap_or(length)) {
                next.extend(usize::try_from(index).ok().and_then(|index| items.get(index)));
                index = index.saturating_add((*stride).max(1));
            }
        }
        (Step::Filter(path, test), Value::Array(items)) => {
            next.extend(items.iter().filter(|item| passes(item, path, test.as_ref())));
        }
        (Step::Descend(name), _) => descend(value, name, next),
        _ => {}
    }
}

fn place(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    usize::try_from(if index < 0 { index + length } else { index }).ok()
}

fn descend<'a>(value: &'a Value, name: &str, next: &mut Vec<&'a Value>) {
    match value {
        Value::Object(map) => {
            next.extend(map.get(name));
            map.values().for_each(|child| descend(child, name, next));
        }
        Value::Array(items) => items.iter().for_each(|child| descend(child, name, next)),
        _ => {}
    }
}

fn passes(item: &Value, path: &[Step], test: Option<&(String, Operand)>) -> bool {
    let found = walk(vec![item], path);
    let Some((operator, operand)) = test else { return !found.is_empty() };
    let Some(left) = found.first().copied() else { return false };
    let right = match operand {
        Operand::Literal(value) => Some(value),
        Operand::Path(path) => walk(vec![item], path).first().copied(),
    };
    let Some(right) = right else { return false };
    let numbers = || Some((left.as_f64()?, right.as_f64()?));
    let order = match (left.as_str(), right.as_str()) {
        (Some(a), Some(b)) => Some(a.cmp(b)),
        _ => numbers().and_then(|(a, b)| a.partial_cmp(&b)),
    };
    match operator.as_str() {
        "==" => left == right,
        "!=" => left != right,
        "<" => order.is_some_and(std::cmp::Ordering::is_lt),
        ">" => order.is_some_and(std::cmp::Ordering::is_gt),
        "<=" => order.is_some_and(std::cmp::Ordering::is_le),
        _ => order.is_some_and(std::cmp::Ordering::is_ge),
    }
}

/// Ranges lie at most so deep in each other.
const RANGES_MAX: usize = 50;

fn parse_parts(rest: &mut &str, ranges: usize) -> Result<Vec<Part>, String> {
    let in_range = ranges > 0;
    if ranges > RANGES_MAX {
        return Err("ranges are nested too deeply".to_owned());
    }
    let mut parts = Vec::new();
    loop {
        let Some(open) = rest.find('{') else {
            if in_range {
                return Err("unclosed range".to_owned());
            }
            if !rest.is_empty() {
                parts.push(Part::Text((*rest).to_owned()));
            }
            *rest = "";
            return Ok(parts);
        };
        if open > 0 {
            parts.push(Part::Text(rest[..open].to_owned()));
        }
        let (action, after) = action(&rest[open + 1..])?;
        *rest = after;
        match action.trim() {
            "end" if in_range => return Ok(parts),
            "end" => return Err("not in range, nothing to end".to_owned()),
            action => match action.strip_prefix("range ") {
                Some(path) => {
                    let steps = parse_path(path.trim())?;
                    parts.push(Part::Range(steps, parse_parts(rest, ranges + 1)?));
                }
                None => parts.push(parse_action(action)?),
            },
        }
    }
}

/// The inside of a brace, up to the `}` that stands outside quotes, and what follows.
fn action(text: &str) -> Result<(&str, &str), String> {
    let mut quote = None;
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (None, '}') => return Ok((&text[..index], &text[index + 1..])),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    Err("unclosed action".to_owned())
}

fn parse_action(action: &str) -> Result<Part, String> {
    match action.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inner = action.trim_matches(quote);
            Ok(Part::Text(inner.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"")))
        }
        _ => parse_path(action).map(Part::Path),
    }
}

fn parse_path(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = text.strip_prefix(['$', '@']).unwrap_or(text);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("..") {
            let (name, after) = field(after);
            steps.push(Step::Descend(name));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('.') {
            let (name, after) = field(after);
            match name.as_str() {
                "" => {}
                "*" => steps.push(Step::Every),
                _ => steps.push(Step::Field(name)),
            }
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let close = closing(after).ok_or_else(|| "unterminated array".to_owned())?;
            steps.push(parse_bracket(after[..close].trim())?);
            rest = &after[close + 1..];
        } else {
            let (name, after) = field(rest);
            if name.is_empty() {
                return Err(format!("unrecognized character in action: {rest}"));
            }
            steps.push(Step::Field(name));
            rest = after;
        }
    }
    Ok(steps)
}

/// A field's name; a backslash keeps the next character.
fn field(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '.' | '[' | ' ' | '=' | '!' | '<' | '>' | ')' => return (name, &text[index..]),
            '\\' => name.extend(chars.next().map(|(_, c)| c)),
            c => name.push(c),
        }
    }
    (name, "")
}

fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, '[') => depth += 1,
            (None, ']') if depth == 0 => return Some(index),
            (None, ']') => depth -= 1,
            _ => {}
        }
    }
    None
}

fn parse_bracket(inner: &str) -> Result<Step, String> {
    if inner == "*" {
        return Ok(Step::Every);
    }
    if let Some(name) = inner.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')) {
        return Ok(Step::Field(name.to_owned()));
    }
    if let Some(test) = inner.strip_prefix("?(").and_then(|test| test.strip_suffix(')')) {
        return parse_filter(test.trim());
    }
    let number =
        |text: &str| text.trim().parse::<i64>().map_err(|_| format!("invalid array index {inner}"));
    let parts: Vec<&str> = inner.split(':').collect();
    let bound = |part: &str| if part.trim().is_empty() { Ok(None) } else { number(part).map(Some) };
    match parts.as_slice() {
        [one] => number(one).map(Step::Index),
        [from, to] => Ok(Step::Slice(bound(from)?, bound(to)?, 1)),
        [from, to, stride] => {
            Ok(Step::Slice(bound(from)?, bound(to)?, bound(stride)?.unwrap_or(1)))
        }
        _ => Err(format!("invalid array index {inner}")),
    }
}

fn parse_filter(test: &str) -> Result<Step, String> {
    for operator in ["==", "!=", "<=", ">=", "<", ">"] {
        let Some((left, right)) = test.split_once(operator) else { continue };
        let right = right.trim();
        let operand = match right.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                Operand::Literal(right.trim_matches(quote).to_owned().into())
            }
            Some('@') => Operand::Path(parse_path(right)?),
            _ => Operand::Literal(serde_json::from_str(right).unwrap_or_else(|_| right.into())),
        };
        let steps = parse_path(left.trim())?;
        return Ok(Step::Filter(steps, Some((operator.to_owned(), operand))));
    }
    Ok(Step::Filter(parse_path(test)?, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn renders_templates() {
        let value = json!({"items": [
            {"metadata": {"name": "a", "labels": {"x.y/z": "1"}}, "n": 1, "on": true},
            {"metadata": {"name": "b"}, "n": 2, "kids": [{"t": "Ready", "s": "True"}]},
        ]});
        let cases = [
            ("{.items[*].metadata.name}", "a b"),
            ("{range .items[*]}{.metadata.name}={.n}{\"\\n\"}{end}", "a=1\nb=2\n"),
            ("{.items[0].metadata.labels.x\\.y/z}", "1"),
            ("{.items[-1].kids[?(@.t==\"Ready\")].s}", "True"),
            ("{.items[?(@.n>1)].metadata.name}", "b"),
            ("{.items[0]['metadata'].name}", "a"),
            ("{..name}", "a b"),
            ("{.items[0:1].n}", "1"),
            ("{.items[1:9:9223372036854775807].n}", "2"),
            ("{.items[0].metadata.labels}", "{\"x.y/z\":\"1\"}"),
            ("metadata.name", "metadata.name"),
            ("{.nothing}", ""),
        ];
        for (template, text) in cases {
            let read = Template::parse(template).expect(template);
            assert_eq!(read.render(&value), text, "{template}");
        }
        assert!(Template::parse("{.a").is_err());
        assert!(Template::parse(&"{range .a}".repeat(100_000)).is_err());
        assert_eq!(relaxed("spec.x"), "{.spec.x}");
        assert_eq!(relaxed("{.spec.x}"), "{.spec.x}");
    }
}
