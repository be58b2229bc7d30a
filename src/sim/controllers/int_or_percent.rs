//! Numbers that may be percentages (`k8s.io/apimachinery/pkg/util/intstr`).

use serde_json::Value;

/// Which way a part of a Pod is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// As a whole one.
    Up,
    /// Not at all.
    Down,
}

/// The number, or that share of `total` (`GetScaledValueFromIntOrPercent`). What is neither
/// counts as 0; the API server refuses it.
pub(super) fn scaled(value: Option<&Value>, total: i32, round: Round) -> i32 {
    let number = match value {
        Some(Value::Number(number)) => number.as_i64().unwrap_or(0),
        Some(Value::String(text)) => {
            let percent = text.strip_suffix('%').and_then(|digits| digits.parse::<i64>().ok());
            let hundredths = percent.unwrap_or(0) * i64::from(total);
            let up = round == Round::Up && hundredths % 100 != 0;
            hundredths / 100 + i64::from(up)
        }
        _ => 0,
    };
    i32::try_from(number).unwrap_or(i32::MAX)
}
