//! A file's content: shared pieces, so that a copy costs nothing and a line more costs a little.

use std::rc::Rc;

/// Pieces are filled up to that size before a new one begins.
const PIECE: usize = 4096;

/// A run of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Bytes as they are.
    Data(Rc<[u8]>),
    /// The same byte many times: holes and what comes from `/dev/zero`.
    Fill(u8, u64),
}

/// The content of a file.
#[derive(Clone, Debug, Default)]
pub struct Bytes {
    pieces: Rc<Vec<Piece>>,
    len: u64,
}

impl Bytes {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same byte `len` times.
    pub fn fill(byte: u8, len: u64) -> Self {
        let pieces = if len == 0 { Vec::new() } else { vec![Piece::Fill(byte, len)] };
        Self { pieces: Rc::new(pieces), len }
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What the content takes of the real machine's memory.
    pub fn held(&self) -> u64 {
        self.pieces.iter().map(Piece::held).sum()
    }

    /// All bytes; at most `limit` of them.
    pub fn to_vec(&self, limit: usize) -> Vec<u8> {
        self.range(0, limit)
    }

    /// The bytes from `offset`, at most `limit` of them.
    pub fn range(&self, offset: u64, limit: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = 0_u64;
        for piece in &*self.pieces {
            let (begin, end) = (at, at + piece.len());
            at = end;
            if end <= offset {
                continue;
            }
            let skip = usize::try_from(offset.saturating_sub(begin)).unwrap_or(usize::MAX);
            let room = limit - out.len();
            match piece {
                Piece::Data(data) => out.extend(data[skip..].iter().take(room)),
                Piece::Fill(byte, len) => {
                    let rest = usize::try_from(*len).unwrap_or(usize::MAX) - skip;
                    out.resize(out.len() + rest.min(room), *byte);
                }
            }
            if out.len() == limit {
                break;
            }
        }
        out
    }

    /// The content as text; what is no UTF-8 is replaced.
    pub fn to_text(&self, limit: usize) -> String {
        String::from_utf8_lossy(&self.to_vec(limit)).into_owned()
    }

    /// Puts bytes at the end.
    pub fn append(&mut self, data: &[u8]) {
        if data.is_empty() {
            return;
        }
        let pieces = Rc::make_mut(&mut self.pieces);
        self.len += data.len() as u64;
        let mut rest = data;
        if let Some(Piece::Data(last)) = pieces.last_mut()
            && last.len() < PIECE
        {
            let (now, later) = rest.split_at(rest.len().min(PIECE - last.len()));
            *last = [&**last, now].concat().into();
            rest = later;
        }
        pieces.extend(rest.chunks(PIECE).map(|chunk| Piece::Data(chunk.into())));
    }

    /// Puts other content at the end.
    pub fn append_bytes(&mut self, other: &Self) {
        if self.is_empty() {
            *self = other.clone();
            return;
        }
        for piece in &*other.pieces {
            match piece {
                Piece::Data(data) => self.append(data),
                Piece::Fill(byte, len) => self.append_fill(*byte, *len),
            }
        }
    }

    fn append_fill(&mut self, byte: u8, len: u64) {
        if len == 0 {
            return;
        }
        let pieces = Rc::make_mut(&mut self.pieces);
        self.len += len;
        match pieces.last_mut() {
            Some(Piece::Fill(last, count)) if *last == byte => *count += len,
            _ => pieces.push(Piece::Fill(byte, len)),
        }
    }

    /// Cuts the content, or fills it with zeros, to that length.
    pub fn resize(&mut self, len: u64) {
        if len >= self.len {
            self.append_fill(0, len - self.len);
            return;
        }
        let mut kept = Vec::new();
        let mut room = len;
        for piece in &*self.pieces {
            if room == 0 {
                break;
            }
            let part = piece.len().min(room);
            kept.push(match piece {
                Piece::Data(data) => {
                    Piece::Data(data[..usize::try_from(part).unwrap_or(data.len())].into())
                }
                Piece::Fill(byte, _) => Piece::Fill(*byte, part),
            });
            room -= part;
        }
        *self = Self { pieces: Rc::new(kept), len };
    }

    /// The content from `offset` on.
    #[must_use]
    pub fn tail(&self, offset: u64) -> Self {
        let mut out = Self::new();
        let mut at = 0_u64;
        for piece in &*self.pieces {
            let (begin, end) = (at, at + piece.len());
            at = end;
            if end <= offset {
                continue;
            }
            let skip = offset.saturating_sub(begin);
            match piece {
                Piece::Data(data) => out.append(&data[usize::try_from(skip).unwrap_or(0)..]),
                Piece::Fill(byte, len) => out.append_fill(*byte, len - skip),
            }
        }
        out
    }

    /// Puts content over what is at `offset`; a hole before it is filled with zeros.
    pub fn write_at(&mut self, offset: u64, data: &Self) {
        if offset == self.len {
            self.append_bytes(data);
            return;
        }
        let behind = offset.saturating_add(data.len());
        let rest = (behind < self.len).then(|| self.tail(behind));
        self.resize(offset);
        self.append_bytes(data);
        if let Some(rest) = rest {
            self.append_bytes(&rest);
        }
    }
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Self::Data(data) => data.len() as u64,
            Self::Fill(_, len) => *len,
        }
    }

    fn held(&self) -> u64 {
        match self {
            Self::Data(data) => data.len() as u64 + 32,
            Self::Fill(..) => 32,
        }
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl From<&[u8]> for Bytes {
    fn from(data: &[u8]) -> Self {
        let mut bytes = Self::new();
        bytes.append(data);
        bytes
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(data: Vec<u8>) -> Self {
        data.as_slice().into()
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len
            && (Rc::ptr_eq(&self.pieces, &other.pieces)
                || self.pieces == other.pieces
                || self.to_vec(usize::MAX) == other.to_vec(usize::MAX))
    }
}

impl Eq for Bytes {}
