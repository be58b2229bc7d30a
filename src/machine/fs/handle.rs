//! Open files.

use super::bytes::Bytes;
use super::disks::FsId;
use super::errno::Errno;
use super::inode::{Content, Device, Ino, Inode};
use super::view::View;
use super::walk::{Last, Spot};

/// The most that one read answers.
const READ_MAX: usize = 1 << 20;

/// The largest file; what is written beyond fails.
const FILE_MAX: u64 = 1 << 40;

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// Reading.
    Read,
    /// Reading and writing from its beginning; made if missing (`<>`).
    ReadWrite,
    /// Writing from its beginning, with what is there kept; made if missing.
    Write,
    /// Writing after all that is there is taken away; made if missing (`>`).
    Truncate,
    /// Writing at its end; made if missing (`>>`).
    Append,
    /// Writing to a file that must not be there yet (`set -C`).
    New,
}

/// An open file: it stays the same file when its name changes. Cloning gives a second offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    /// The file system and the inode.
    pub file: (FsId, Ino),
    /// Where the next byte is read or written.
    pub offset: u64,
    mode: OpenMode,
}

impl OpenMode {
    fn reads(self) -> bool {
        matches!(self, Self::Read | Self::ReadWrite)
    }

    fn writes(self) -> bool {
        self != Self::Read
    }
}

impl View<'_> {
    /// Opens a file; a new one is 0666 without the umask's bits.
    pub fn open(&mut self, path: &str, mode: OpenMode) -> Result<Handle, Errno> {
        let walked = self.walk(path, Last::Follow)?;
        let spot = match &walked.at {
            Some(_) if mode == OpenMode::New => return Err(Errno::Eexist),
            Some(spot) => self.opened(spot, mode)?,
            None if !mode.writes() => return Err(Errno::Enoent),
            None if walked.wants_directory => return Err(Errno::Eisdir),
            None => self.make_at(&walked, Inode::file(Bytes::new(), 0o666 & !self.umask))?,
        };
        Ok(Handle { file: (spot.mount.fs.clone(), spot.ino), offset: 0, mode })
    }

    /// The next bytes of an open file, at most `limit`; none at its end.
    pub fn read_from(&self, handle: &mut Handle, limit: usize) -> Result<Bytes, Errno> {
        if !handle.mode.reads() {
            return Err(Errno::Ebadf);
        }
        let limit = limit.min(READ_MAX);
        let system = self.disks.get(&handle.file.0).ok_or(Errno::Estale)?;
        let read = match system.get(handle.file.1).map(|inode| &inode.content) {
            Some(Content::File(bytes)) => bytes.range(handle.offset, limit).into(),
            Some(Content::CharDevice(Device::Zero | Device::Full)) => Bytes::fill(0, limit as u64),
            Some(Content::CharDevice(Device::Random)) => self.random(handle.offset, limit),
            Some(Content::Directory(_)) => return Err(Errno::Eisdir),
            Some(Content::BlockDevice) => return Err(Errno::Eio),
            // A file whose last name is gone shows nothing more.
            _ => Bytes::new(),
        };
        handle.offset += read.len();
        Ok(read)
    }

    /// Writes to an open file.
    pub fn write_to(&mut self, handle: &mut Handle, data: &Bytes) -> Result<(), Errno> {
        if !handle.mode.writes() {
            return Err(Errno::Ebadf);
        }
        let now = self.now;
        let system = self.disks.get_mut(&handle.file.0).ok_or(Errno::Estale)?;
        let mut content = match system.get(handle.file.1).map(|inode| &inode.content) {
            Some(Content::File(bytes)) => bytes.clone(),
            Some(Content::CharDevice(Device::Full)) => return Err(Errno::Enospc),
            Some(Content::BlockDevice) => return Err(Errno::Eperm),
            _ => return Ok(()),
        };
        if handle.mode == OpenMode::Append {
            handle.offset = content.len();
        }
        if handle.offset.saturating_add(data.len()) > FILE_MAX {
            return Err(Errno::Efbig);
        }
        content.write_at(handle.offset, data);
        system.write(handle.file.1, content, now)?;
        handle.offset += data.len();
        Ok(())
    }

    fn opened(&mut self, spot: &Spot, mode: OpenMode) -> Result<Spot, Errno> {
        let inode = self.inode(spot)?;
        match inode.content {
            Content::Directory(_) if mode.writes() => return Err(Errno::Eisdir),
            Content::Socket => return Err(Errno::Enxio),
            Content::Symlink(_) => return Err(Errno::Eloop),
            _ => {}
        }
        if mode.writes() {
            self.writable(spot)?;
        }
        let wanted = if mode.reads() { 4 } else { 0 } + if mode.writes() { 2 } else { 0 };
        self.may(inode, wanted)?;
        let empties = matches!(&inode.content, Content::File(bytes) if !bytes.is_empty());
        if mode == OpenMode::Truncate && empties {
            let now = self.now;
            self.system(spot, |system, ino| system.write(ino, Bytes::new(), now))?;
        }
        Ok(spot.clone())
    }

    /// Bytes without a pattern, the same in every run.
    fn random(&self, offset: u64, limit: usize) -> Bytes {
        let mut state = self.now.0 ^ offset.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let bytes = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        });
        bytes.take(limit).collect::<Vec<u8>>().into()
    }
}
