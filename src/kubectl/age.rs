//! Ages as kubectl prints them (`k8s.io/apimachinery/pkg/util/duration` `HumanDuration`).

use crate::api::time::SimTime;

/// The age of something that was stamped at `then`; stamps carry whole seconds.
pub(super) fn age(now: SimTime, then: Option<SimTime>) -> String {
    then.map_or_else(|| "<unknown>".to_owned(), |then| since(now, then))
}

/// The age of a moment that is known.
pub(super) fn since(now: SimTime, then: SimTime) -> String {
    human_duration(now.since(SimTime(then.0 / 1000 * 1000)) / 1000)
}

/// A duration in seconds, in the two units that matter.
pub(super) fn human_duration(seconds: u64) -> String {
    let two = |big: u64, unit: char, small: u64, small_unit: char| match small {
        0 => format!("{big}{unit}"),
        _ => format!("{big}{unit}{small}{small_unit}"),
    };
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    match seconds {
        0..120 => format!("{seconds}s"),
        _ if minutes < 10 => two(minutes, 'm', seconds % 60, 's'),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => two(hours, 'h', minutes % 60, 'm'),
        _ if hours < 48 => format!("{hours}h"),
        _ if days < 8 => two(days, 'd', hours % 24, 'h'),
        _ if days < 730 => format!("{days}d"),
        _ if days < 2920 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

/// A time as `describe` prints it (RFC 1123 with a numeric zone).
pub(super) fn long_time(time: SimTime) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day, hour, minute, second) = time.civil();
    let weekday = DAYS[time.weekday() % 7];
    let month = MONTHS[usize::try_from(month.saturating_sub(1)).unwrap_or(0) % 12];
    format!("{weekday}, {day:02} {month} {year} {hour:02}:{minute:02}:{second:02} +0000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_shrink_to_two_units() {
        let cases = [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (131, "2m11s"),
            (600, "10m"),
            (10_799, "179m"),
            (10_800, "3h"),
            (11_000, "3h3m"),
            (8 * 3600, "8h"),
            (48 * 3600, "2d"),
            (49 * 3600, "2d1h"),
            (8 * 86_400, "8d"),
            (800 * 86_400, "2y70d"),
        ];
        for (seconds, text) in cases {
            assert_eq!(human_duration(seconds), text);
        }
        assert_eq!(since(SimTime(2100), SimTime(1900)), "1s");
        assert_eq!(long_time(SimTime(0)), "Mon, 02 Nov 2026 09:00:00 +0000");
    }
}
