//! `dd`.

use std::rc::Rc;

use super::super::task::Sys;
use super::Make;
use super::head::amount;
use super::list::human;
use super::options::is_busybox;
use crate::machine::fs::bytes::Bytes;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::handle::OpenMode;
use crate::machine::fs::inode::FileKind;

pub(super) const TOOLS: &[(&str, Make)] = &[("dd", Make::Plain(dd))];

/// The largest file that is made out of nothing.
const COPY_MAX: u64 = 1 << 36;

fn dd(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let (mut input, mut output) = (None, None);
    let (mut size, mut count, mut skip, mut seek) = (512, None, 0, 0);
    let mut quiet = false;
    let mut keeps = false;
    for word in &argv[1..] {
        let Some((name, value)) = word.split_once('=') else {
            sys.complain(&format!("dd: unrecognized operand '{word}'"));
            return 1;
        };
        let number = amount(value);
        match (name, number) {
            ("if", _) => input = Some(Rc::<str>::from(value)),
            ("of", _) => output = Some(Rc::<str>::from(value)),
            ("bs" | "ibs" | "obs", Some(number)) if number > 0 => size = number,
            ("count", Some(number)) => count = Some(number),
            ("skip", Some(number)) => skip = number,
            ("seek", Some(number)) => seek = number,
            ("conv", _) => keeps = value.contains("notrunc"),
            ("status", _) => quiet = value == "none",
            ("oflag" | "iflag", _) => {}
            _ => {
                sys.complain(&format!("dd: invalid number: '{value}'"));
                return 1;
            }
        }
    }
    let content = match read_input(sys, input.as_deref(), size, count, skip) {
        Ok(content) => content,
        Err(text) => {
            sys.complain(&text);
            return 1;
        }
    };
    let (mut status, mut written) = (0, content.len());
    let result = match &output {
        None => sys.write_bytes(1, &content).map_err(|errno| format!("dd: write error: {errno}")),
        Some(path) => write_output(sys, path, &content, seek * size, keeps, &mut written),
    };
    if let Err(text) = result {
        sys.complain(&text);
        status = 1;
    }
    if !quiet {
        let blocks =
            |bytes: u64| format!("{}+{}", bytes / size, u64::from(!bytes.is_multiple_of(size)));
        let mut text =
            format!("{} records in\n{} records out", blocks(content.len()), blocks(written));
        let amount = match (written, is_busybox(sys)) {
            (bytes, true) => format!(
                "{bytes} bytes ({}B) copied, 0.001000 seconds, {}B/s",
                human(bytes, true),
                human(bytes * 1000, true)
            ),
            (bytes, false) => format!(
                "{bytes} byte{} copied, 0.001 s, {}B/s",
                if bytes == 1 { "" } else { "s" },
                human(bytes * 1000, true)
            ),
        };
        text = format!("{text}\n{amount}");
        sys.complain(&text);
    }
    status
}

fn read_input(
    sys: &mut Sys<'_>,
    path: Option<&str>,
    size: u64,
    count: Option<u64>,
    skip: u64,
) -> Result<Bytes, String> {
    let wanted = count.map(|count| count.saturating_mul(size));
    let busybox = is_busybox(sys);
    let cannot = |path: &str, errno: Errno| {
        if busybox {
            format!("dd: can't open '{path}': {errno}")
        } else {
            format!("dd: failed to open '{path}': {errno}")
        }
    };
    let Some(path) = path else {
        let mut data = Vec::new();
        while let Ok(super::super::kernel::Read::Data(more)) = sys.read(0, 1 << 16) {
            data.extend(more);
        }
        data.truncate(usize::try_from(wanted.unwrap_or(u64::MAX)).unwrap_or(usize::MAX));
        return Ok(Bytes::from(data));
    };
    let mut view = sys.view();
    let stat = view.stat(path).map_err(|errno| cannot(path, errno))?;
    if stat.kind == FileKind::CharDevice {
        let endless = view.read(path).is_err();
        let Some(wanted) = wanted.filter(|_| endless) else {
            // Until the disk is full.
            return Ok(if endless { Bytes::fill(0, COPY_MAX) } else { Bytes::new() });
        };
        if path.ends_with("random") {
            let mut handle =
                view.open(path, OpenMode::Read).map_err(|errno| cannot(path, errno))?;
            let limit = usize::try_from(wanted.min(1 << 20)).unwrap_or(0);
            return view.read_from(&mut handle, limit).map_err(|errno| cannot(path, errno));
        }
        return Ok(Bytes::fill(0, wanted.min(COPY_MAX)));
    }
    let content = view.read(path).map_err(|errno| cannot(path, errno))?;
    let mut rest = content.tail(skip.saturating_mul(size).min(content.len()));
    if let Some(wanted) = wanted
        && rest.len() > wanted
    {
        rest.resize(wanted);
    }
    Ok(rest)
}

fn write_output(
    sys: &mut Sys<'_>,
    path: &str,
    content: &Bytes,
    offset: u64,
    keeps: bool,
    written: &mut u64,
) -> Result<(), String> {
    let busybox = is_busybox(sys);
    let mode = if keeps || offset > 0 { OpenMode::Write } else { OpenMode::Truncate };
    let id = sys.open(path, mode).map_err(|errno| {
        if busybox {
            format!("dd: can't open '{path}': {errno}")
        } else {
            format!("dd: failed to open '{path}': {errno}")
        }
    })?;
    sys.set_fd(100, Some(id));
    if let Some(super::super::kernel::Kind::File(handle)) = sys.kernel.get_mut(id) {
        handle.offset = offset;
    }
    let Err(errno) = sys.write_bytes(100, content) else { return Ok(()) };
    // As much as there is room for is written.
    let room =
        sys.view().stat_fs(path).map_or(0, |info| info.bytes.saturating_sub(info.bytes_used));
    let mut fits = content.clone();
    fits.resize((room / 4096 * 4096).min(content.len()));
    *written = if sys.write_bytes(100, &fits).is_ok() { fits.len() } else { 0 };
    Err(format!("dd: error writing '{path}': {errno}"))
}
