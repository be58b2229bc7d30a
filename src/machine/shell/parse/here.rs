//! Here-documents. Their bodies stand behind the line, and are read as soon as they are named.

use std::rc::Rc;

use super::word;
use super::{Block, Parsed, Parser, count_lines};
use crate::machine::shell::code::{Op, Quote};

impl Parser<'_> {
    /// The word behind `<<`, and the body behind the line.
    pub(super) fn here_document(&mut self, block: &mut Block, strip: bool) -> Parsed<()> {
        let (delimiter, quoted) = self.delimiter();
        if delimiter.is_empty() && !quoted {
            return self.unexpected(None);
        }
        let line_end = self.end_of_line();
        let previous = self.bodies.iter().filter(|(end, _)| *end == line_end).map(|(_, to)| *to);
        let start = previous.max().unwrap_or(line_end + 1).min(self.text.len());
        let mut body = String::new();
        let mut at = start;
        let mut found = false;
        while at < self.text.len() && !found {
            let rest = &self.text[at..];
            let len = rest.find('\n').map_or(rest.len(), |end| end + 1);
            let mut line = &rest[..len];
            at += len;
            if strip {
                line = line.trim_start_matches('\t');
            }
            found = line.strip_suffix('\n').unwrap_or(line) == delimiter;
            if !found {
                body.push_str(line);
            }
        }
        self.is_open |= !found;
        self.bodies.retain(|(end, _)| *end != line_end);
        self.bodies.push((line_end, at));
        block.push(Op::Begin);
        if quoted {
            block.push(Op::Text(Rc::from(body), Quote::Quoted));
        } else {
            let mut parser = Parser::new(&body, self.dialect);
            parser.depth = self.depth;
            parser.line = self.line + 1 + count_lines(&self.text[self.at.min(start)..start]);
            word::emit(block, parser.until_end_quoted()?);
        }
        block.push(Op::Join);
        Ok(())
    }

    /// The delimiter, and whether any of it was quoted.
    fn delimiter(&mut self) -> (String, bool) {
        let mut delimiter = String::new();
        let mut quoted = false;
        let mut quote = None;
        while let Some(c) = self.rest().chars().next() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None, '\'' | '"') => {
                    quote = Some(c);
                    quoted = true;
                }
                (None, '\\') => {
                    quoted = true;
                    self.at += 1;
                    if let Some(next) = self.rest().chars().next() {
                        delimiter.push(next);
                        self.at += next.len_utf8();
                    }
                    continue;
                }
                (None, c) if super::is_meta(c) => break,
                (Some(_), '\n') => break,
                _ => delimiter.push(c),
            }
            self.at += c.len_utf8();
        }
        (delimiter, quoted)
    }

    /// Where the line ends, quotes considered.
    fn end_of_line(&self) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        let mut quote = 0;
        while at < bytes.len() {
            match (quote, bytes[at]) {
                (0, b'\n') => return at,
                (0 | b'"', b'\\') => at += 1,
                (0, open @ (b'\'' | b'"')) => quote = open,
                (open, byte) if open == byte => quote = 0,
                _ => {}
            }
            at += 1;
        }
        bytes.len()
    }
}
