//! Plain data as a list of strings and a list of numbers: short to carry, and short to read.
//!
//! A string stands once and is named by its number. Reading never fails in the middle: what is
//! damaged reads as nothing, and the whole is refused.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::api::sorted::{SortedMap, SortedSet};

/// Takes data in.
#[derive(Debug, Default)]
pub(super) struct Packer {
    strings: Vec<Rc<str>>,
    known: SortedMap<Rc<str>, usize>,
    numbers: Vec<i64>,
}

/// Gives data out again.
#[derive(Debug)]
pub(super) struct Unpacker {
    strings: Vec<Rc<str>>,
    numbers: Vec<i64>,
    at: usize,
}

/// What can be packed.
pub(super) trait Packed: Sized {
    fn pack(&self, to: &mut Packer);
    fn unpack(from: &mut Unpacker) -> Option<Self>;
}

impl Packer {
    fn text(&mut self, text: &str) {
        let index = if let Some(index) = self.known.get(text) {
            *index
        } else {
            let (text, index) = (Rc::<str>::from(text), self.strings.len());
            self.strings.push(Rc::clone(&text));
            self.known.insert(text, index);
            index
        };
        index.pack(self);
    }

    /// The whole as JSON.
    pub(super) fn json(&self, version: u64) -> String {
        let strings: Vec<&str> = self.strings.iter().map(|text| &**text).collect();
        json!({"v": version, "s": strings, "n": self.numbers}).to_string()
    }
}

impl Unpacker {
    /// Reads what [`Packer::json`] wrote; `None` for anything else.
    pub(super) fn of_json(text: &str, version: u64) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        if value["v"] != version {
            return None;
        }
        let strings = value["s"].as_array()?.iter().map(|one| Some(one.as_str()?.into()));
        let numbers = value["n"].as_array()?.iter().map(Value::as_i64);
        let (strings, numbers) = (strings.collect::<Option<_>>()?, numbers.collect::<Option<_>>()?);
        Some(Self { strings, numbers, at: 0 })
    }

    fn text(&mut self) -> Option<&Rc<str>> {
        let index = usize::unpack(self)?;
        self.strings.get(index)
    }

    /// Whether everything was read.
    pub(super) fn is_over(&self) -> bool {
        self.at == self.numbers.len()
    }
}

thread_local! {
    static WORDS: RefCell<SortedSet<&'static str>> = RefCell::default();
}

/// A word of a fixed set (keys of the catalogue, names of gaps), kept as long as the page.
fn kept(word: &str) -> &'static str {
    WORDS.with_borrow_mut(|words| {
        if let Some(known) = words.iter().find(|known| **known == word) {
            return *known;
        }
        let word: &'static str = Box::leak(word.into());
        words.insert(word);
        word
    })
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Packed for $number {
            fn pack(&self, to: &mut Packer) {
                to.numbers.push(i64::try_from(*self).unwrap_or(i64::MAX));
            }
            fn unpack(from: &mut Unpacker) -> Option<Self> {
                let number = *from.numbers.get(from.at)?;
                from.at += 1;
                number.try_into().ok()
            }
        }
    )*};
}

numbers!(i32 i64 u32 u64 usize);

impl Packed for bool {
    fn pack(&self, to: &mut Packer) {
        i64::from(*self).pack(to);
    }
    fn unpack(from: &mut Unpacker) -> Option<Self> {
        Some(i64::unpack(from)? != 0)
    }
}

macro_rules! texts {
    ($($text:ty, $of:expr;)*) => {$(
        impl Packed for $text {
            fn pack(&self, to: &mut Packer) {
                to.text(self);
            }
            fn unpack(from: &mut Unpacker) -> Option<Self> {
                from.text().map($of)
            }
        }
    )*};
}

texts! {
    String, std::string::ToString::to_string;
    Rc<str>, Rc::clone;
    &'static str, |text| kept(text);
}

impl<T: Packed> Packed for Option<T> {
    fn pack(&self, to: &mut Packer) {
        self.is_some().pack(to);
        if let Some(one) = self {
            one.pack(to);
        }
    }
    fn unpack(from: &mut Unpacker) -> Option<Self> {
        if bool::unpack(from)? { T::unpack(from).map(Some) } else { Some(None) }
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn pack(&self, to: &mut Packer) {
        self.len().pack(to);
        for one in self {
            one.pack(to);
        }
    }
    fn unpack(from: &mut Unpacker) -> Option<Self> {
        let len = usize::unpack(from)?;
        // A damaged length asks for no memory: the list grows as it is read.
        let mut list = Vec::new();
        for _ in 0..len {
            list.push(T::unpack(from)?);
        }
        Some(list)
    }
}

impl<A: Packed, B: Packed> Packed for (A, B) {
    fn pack(&self, to: &mut Packer) {
        self.0.pack(to);
        self.1.pack(to);
    }
    fn unpack(from: &mut Unpacker) -> Option<Self> {
        Some((A::unpack(from)?, B::unpack(from)?))
    }
}

/// Structs, field by field; every field is named, so that none is forgotten.
macro_rules! packed_structs {
    ($($name:ident { $($field:ident),* $(,)? })*) => {$(
        impl $crate::store::packed::Packed for $name {
            fn pack(&self, to: &mut $crate::store::packed::Packer) {
                let Self { $($field),* } = self;
                $($crate::store::packed::Packed::pack($field, to);)*
            }
            fn unpack(from: &mut $crate::store::packed::Unpacker) -> Option<Self> {
                $(let $field = $crate::store::packed::Packed::unpack(from)?;)*
                Some(Self { $($field),* })
            }
        }
    )*};
}

/// Enumerations, by the place in the list of all.
macro_rules! packed_words {
    ($($name:ident [$all:expr])*) => {$(
        impl $crate::store::packed::Packed for $name {
            fn pack(&self, to: &mut $crate::store::packed::Packer) {
                let place = $all.iter().position(|one| one == self).unwrap_or($all.len());
                $crate::store::packed::Packed::pack(&place, to);
            }
            fn unpack(from: &mut $crate::store::packed::Unpacker) -> Option<Self> {
                let place: usize = $crate::store::packed::Packed::unpack(from)?;
                $all.get(place).copied()
            }
        }
    )*};
}

pub(super) use {packed_structs, packed_words};
