//! Arithmetic of `$(( ))`, as C has it.

use std::rc::Rc;

use super::code::Dialect;
use super::shell::{Shell, Value};

/// Parentheses and operators within each other.
const DEPTH_MAX: u32 = 80;

/// The value of an expression; the error is in the shell's words.
pub(crate) fn evaluate(shell: &mut Shell, text: &str) -> Result<i64, String> {
    evaluate_within(shell, text, 0)
}

fn evaluate_within(shell: &mut Shell, text: &str, depth: u32) -> Result<i64, String> {
    let mut reader = Reader { shell, text, at: 0, depth, skip: 0 };
    reader.blanks();
    if reader.rest().is_empty() {
        return Ok(0);
    }
    let value = reader.comma()?;
    if reader.rest().is_empty() { Ok(value) } else { Err(reader.bad()) }
}

struct Reader<'a> {
    shell: &'a mut Shell,
    text: &'a str,
    at: usize,
    depth: u32,
    /// More than 0 in a branch that is not taken: nothing is assigned there.
    skip: u32,
}

/// Binary operators from the weakest, the longer of each level before the shorter.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

const ASSIGNMENTS: [&str; 11] = ["<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "="];

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.blanks();
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
            self.blanks();
        }
        found
    }

    fn bad(&self) -> String {
        let (text, rest) = (self.text.trim(), self.rest());
        match self.shell.dialect {
            Dialect::Busybox => "arithmetic syntax error".to_owned(),
            Dialect::Dash if rest.is_empty() => {
                format!("arithmetic expression: expecting primary: \"{}\"", self.text)
            }
            Dialect::Dash => format!("arithmetic expression: expecting EOF: \"{}\"", self.text),
            Dialect::Bash => {
                let token = if rest.is_empty() {
                    let kept = self.text.trim_end();
                    kept.char_indices().next_back().map_or("", |(at, _)| &self.text[at..])
                } else {
                    rest
                };
                let operand = rest.is_empty() || !rest.starts_with(char::is_alphanumeric);
                let what = match (operand, rest.is_empty()) {
                    (true, _) => "syntax error: operand expected",
                    (false, _) => "syntax error in expression",
                };
                format!("{text}: {what} (error token is \"{token}\")")
            }
        }
    }

    fn by_zero(&self, token: &str) -> String {
        match self.shell.dialect {
            Dialect::Busybox => "divide by zero".to_owned(),
            Dialect::Dash => format!("arithmetic expression: division by zero: \"{}\"", self.text),
            Dialect::Bash => {
                format!("{}: division by 0 (error token is \"{token}\")", self.text.trim_start())
            }
        }
    }

    fn deeper(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<i64, String>,
    ) -> Result<i64, String> {
        if self.depth >= DEPTH_MAX {
            return Err("expression recursion level exceeded".to_owned());
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn comma(&mut self) -> Result<i64, String> {
        let mut value = self.deeper(Self::assignment)?;
        while self.sign(",") {
            value = self.deeper(Self::assignment)?;
        }
        Ok(value)
    }

    fn assignment(&mut self) -> Result<i64, String> {
        let before = self.at;
        if let Some(name) = self.name() {
            self.blanks();
            let rest = self.rest();
            let found = ASSIGNMENTS.iter().find(|sign| {
                rest.starts_with(**sign) && !(**sign == "=" && rest.starts_with("=="))
            });
            if let Some(sign) = found {
                self.at += sign.len();
                self.blanks();
                let right = self.deeper(Self::assignment)?;
                let value = if *sign == "=" {
                    right
                } else {
                    let left = self.value_of(&name)?;
                    self.operate(&sign[..sign.len() - 1], left, right, "")?
                };
                self.set(&name, value);
                return Ok(value);
            }
        }
        self.at = before;
        self.choice()
    }

    fn choice(&mut self) -> Result<i64, String> {
        let condition = self.binary(0)?;
        if !self.sign("?") {
            return Ok(condition);
        }
        self.skip += u32::from(condition == 0);
        let yes = self.deeper(Self::assignment)?;
        self.skip -= u32::from(condition == 0);
        if !self.sign(":") {
            return Err(self.bad());
        }
        self.skip += u32::from(condition != 0);
        let no = self.deeper(Self::assignment)?;
        self.skip -= u32::from(condition != 0);
        Ok(if condition == 0 { no } else { yes })
    }

    fn binary(&mut self, level: usize) -> Result<i64, String> {
        let Some(signs) = LEVELS.get(level) else { return self.power() };
        let mut left = self.binary(level + 1)?;
        loop {
            self.blanks();
            let rest = self.rest();
            let found = signs.iter().find(|sign| {
                let behind = rest.strip_prefix(**sign);
                // `&` is not `&&`, `<` is not `<<`, and `+=` is not `+`.
                behind.is_some_and(|behind| {
                    let is_doubled = sign.len() == 1 && behind.starts_with(**sign);
                    matches!(**sign, "==" | "!=" | "<=" | ">=")
                        || !behind.starts_with('=') && (!is_doubled || matches!(**sign, "+" | "-"))
                })
            });
            let Some(sign) = found else { return Ok(left) };
            self.at += sign.len();
            self.blanks();
            let start = self.at;
            let decided = *sign == "||" && left != 0 || *sign == "&&" && left == 0;
            self.skip += u32::from(decided);
            let right = self.deeper(|reader| reader.binary(level + 1))?;
            self.skip -= u32::from(decided);
            let token = self.text[start..].trim().to_owned();
            left = self.operate(sign, left, right, &token)?;
        }
    }

    fn power(&mut self) -> Result<i64, String> {
        let base = self.unary()?;
        if self.shell.dialect == Dialect::Dash || !self.sign("**") {
            return Ok(base);
        }
        let exponent = self.deeper(Self::power)?;
        let exponent = u32::try_from(exponent).map_err(|_| self.bad())?;
        Ok(base.wrapping_pow(exponent))
    }

    fn unary(&mut self) -> Result<i64, String> {
        self.blanks();
        for sign in ["++", "--"] {
            if self.rest().starts_with(sign) {
                let before = self.at;
                self.at += 2;
                self.blanks();
                if let Some(name) = self.name() {
                    let value =
                        self.value_of(&name)?.wrapping_add(if sign == "++" { 1 } else { -1 });
                    self.set(&name, value);
                    return Ok(value);
                }
                self.at = before;
            }
        }
        let sign = self.rest().bytes().next();
        match sign {
            Some(sign @ (b'!' | b'~' | b'-' | b'+')) => {
                self.at += 1;
                let value = self.deeper(Self::unary)?;
                Ok(match sign {
                    b'!' => i64::from(value == 0),
                    b'~' => !value,
                    b'-' => value.wrapping_neg(),
                    _ => value,
                })
            }
            _ => self.primary(),
        }
    }

    fn primary(&mut self) -> Result<i64, String> {
        self.blanks();
        if self.sign("(") {
            let value = self.deeper(Self::comma)?;
            return if self.sign(")") { Ok(value) } else { Err(self.bad()) };
        }
        if self.rest().starts_with(|c: char| c.is_ascii_digit()) {
            return self.number();
        }
        let Some(name) = self.name() else { return Err(self.bad()) };
        let value = self.value_of(&name)?;
        self.blanks();
        for (sign, by) in [("++", 1), ("--", -1)] {
            if self.rest().starts_with(sign) {
                self.at += 2;
                self.set(&name, value.wrapping_add(by));
            }
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<i64, String> {
        let rest = self.rest();
        let len = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#' || *byte == b'_')
            .count();
        let token = rest[..len].to_owned();
        self.at += len;
        parse_number(&token).ok_or_else(|| match self.shell.dialect {
            Dialect::Bash => {
                let octal = token.starts_with('0') && token.bytes().all(|b| b.is_ascii_digit());
                let why = if octal {
                    "value too great for base"
                } else {
                    "syntax error: operand expected"
                };
                format!("{}: {why} (error token is \"{token}\")", self.text.trim())
            }
            _ => self.bad(),
        })
    }

    fn name(&mut self) -> Option<String> {
        let rest = self.rest();
        let mut len =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if len == 0 || rest.as_bytes()[0].is_ascii_digit() {
            return None;
        }
        if rest[len..].starts_with('[') {
            len += rest[len..].find(']').map_or(0, |end| end + 1);
        }
        let name = rest[..len].to_owned();
        self.at += len;
        Some(name)
    }

    /// A variable's value, which may itself be an expression.
    fn value_of(&mut self, name: &str) -> Result<i64, String> {
        let name = match name.split_once('[') {
            Some((array, index)) => {
                let index =
                    evaluate_within(self.shell, index.trim_end_matches(']'), self.depth + 1)?;
                format!("{array}[{index}]")
            }
            None => name.to_owned(),
        };
        let text = self.shell.get(&name).unwrap_or_default();
        let text = text.trim();
        if text.is_empty() {
            return Ok(0);
        }
        if let Ok(value) =
            text.parse::<i64>().map_err(|_| ()).or_else(|()| parse_number(text).ok_or(()))
        {
            let octal = text.len() > 1 && text.starts_with('0');
            return Ok(if octal { parse_number(text).unwrap_or(value) } else { value });
        }
        if self.depth >= DEPTH_MAX || self.shell.dialect == Dialect::Dash {
            return Err(match self.shell.dialect {
                Dialect::Dash => format!("Illegal number: {text}"),
                _ => format!(
                    "{text}: expression recursion level exceeded (error token is \"{text}\")"
                ),
            });
        }
        evaluate_within(self.shell, text, self.depth + 8)
    }

    fn set(&mut self, name: &str, value: i64) {
        if self.skip == 0 {
            let text = Rc::from(value.to_string());
            let _ = self.shell.assign(name, Value::Text(text), false);
        }
    }

    fn operate(&self, sign: &str, left: i64, right: i64, token: &str) -> Result<i64, String> {
        let by = u32::try_from(right & 63).unwrap_or(0);
        Ok(match sign {
            "||" => i64::from(left != 0 || right != 0),
            "&&" => i64::from(left != 0 && right != 0),
            "|" => left | right,
            "^" => left ^ right,
            "&" => left & right,
            "==" => i64::from(left == right),
            "!=" => i64::from(left != right),
            "<=" => i64::from(left <= right),
            ">=" => i64::from(left >= right),
            "<" => i64::from(left < right),
            ">" => i64::from(left > right),
            "<<" => left.wrapping_shl(by),
            ">>" => left.wrapping_shr(by),
            "+" => left.wrapping_add(right),
            "-" => left.wrapping_sub(right),
            "*" => left.wrapping_mul(right),
            _ if right == 0 && self.skip > 0 => 0,
            "/" if right != 0 => left.wrapping_div(right),
            "%" if right != 0 => left.wrapping_rem(right),
            _ => return Err(self.by_zero(token)),
        })
    }
}

/// A number in base 10, 8 (`0…`), 16 (`0x…`) or another (`base#…`).
fn parse_number(text: &str) -> Option<i64> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(hex, 16).ok();
    }
    if let Some((base, digits)) = text.split_once('#') {
        let base = base.parse::<u32>().ok().filter(|base| (2..=36).contains(base))?;
        return i64::from_str_radix(digits, base).ok();
    }
    if text.len() > 1 && text.starts_with('0') {
        return i64::from_str_radix(text, 8).ok();
    }
    text.parse().ok()
}
