//! What a container printed.

use std::rc::Rc;

use rpds::Queue;

use crate::api::time::SimTime;
use crate::machine::shell::kernel::Output;

/// Older lines go when there are more (a node keeps 10 MiB of them).
const BYTES_MAX: usize = 1 << 20;

/// A line, or the beginning of one that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was printed.
    pub time: SimTime,
    /// The text, with its line end if it has come.
    pub text: Rc<str>,
}

/// What a container printed, to both of its outputs, in order.
#[derive(Clone, Debug, Default)]
pub struct Log {
    lines: Queue<Line>,
    bytes: usize,
    /// Grows with everything printed.
    printed: u64,
    /// A line whose end has not come.
    open: Option<Line>,
    /// How many whole lines there were at any time.
    count: u64,
}

impl Log {
    /// Adds what was printed.
    pub fn add(&mut self, outputs: &[Output], time: SimTime) {
        for output in outputs {
            self.add_text(&String::from_utf8_lossy(&output.bytes), time);
        }
    }

    /// Adds a text.
    pub fn add_text(&mut self, text: &str, time: SimTime) {
        self.printed += text.len() as u64;
        for part in text.split_inclusive('\n') {
            let line = match self.open.take() {
                Some(open) => Line { text: format!("{}{part}", open.text).into(), ..open },
                None => Line { time, text: part.into() },
            };
            if line.text.ends_with('\n') {
                self.bytes += line.text.len();
                self.count += 1;
                self.lines.enqueue_mut(line);
            } else {
                self.open = Some(line);
            }
        }
        while self.bytes > BYTES_MAX {
            self.bytes -= self.lines.peek().map_or(self.bytes, |line| line.text.len());
            self.lines.dequeue_mut();
        }
    }

    /// The lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().chain(&self.open)
    }

    /// How many whole lines there were at any time.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The whole lines that came after the first `seen` ones.
    pub fn after(&self, seen: u64) -> impl Iterator<Item = &Line> {
        let kept = self.lines.len() as u64;
        let gone = self.count - kept;
        self.lines.iter().skip(usize::try_from(seen.saturating_sub(gone)).unwrap_or(usize::MAX))
    }

    /// How many bytes were printed at any time.
    pub fn printed(&self) -> u64 {
        self.printed
    }

    /// The last lines, as a termination message falls back on them.
    pub fn tail(&self, lines: usize, bytes: usize) -> String {
        let all: Vec<&Line> = self.lines().collect();
        let text: String =
            all[all.len().saturating_sub(lines)..].iter().map(|line| &*line.text).collect();
        let mut from = text.len().saturating_sub(bytes);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        text[from..].to_owned()
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        self.printed == other.printed
    }
}
