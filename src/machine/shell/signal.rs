//! Signals: their numbers, names and what they do.

/// Signals by number.
const NAMES: [&str; 32] = [
    "EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
    "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
    "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

pub(crate) const INT: u8 = 2;
pub(crate) const KILL: u8 = 9;
pub(crate) const PIPE: u8 = 13;
pub(crate) const TERM: u8 = 15;
pub(crate) const CHLD: u8 = 17;
pub(crate) const CONT: u8 = 18;
pub(crate) const STOP: u8 = 19;

/// The number of a signal by number or name, with or without `SIG`.
pub(crate) fn number(text: &str) -> Option<u8> {
    if let Ok(number) = text.parse::<u8>() {
        return (number < 65).then_some(number);
    }
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    NAMES.iter().position(|known| *known == name).and_then(|at| u8::try_from(at).ok())
}

/// The name without `SIG`.
pub(crate) fn name(number: u8) -> &'static str {
    NAMES.get(usize::from(number)).copied().unwrap_or("RTMIN")
}

/// Whether it does nothing unless it is handled.
pub(crate) fn is_harmless(number: u8) -> bool {
    matches!(name(number), "CHLD" | "CONT" | "URG" | "WINCH") || number == 0
}

/// What a shell says when a signal ended a command.
pub(crate) fn epitaph(number: u8) -> &'static str {
    match name(number) {
        "HUP" => "Hangup",
        "QUIT" => "Quit",
        "ABRT" => "Aborted",
        "KILL" => "Killed",
        "SEGV" => "Segmentation fault",
        "TERM" => "Terminated",
        "ALRM" => "Alarm clock",
        "USR1" => "User defined signal 1",
        "USR2" => "User defined signal 2",
        _ => "",
    }
}
