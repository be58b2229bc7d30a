//! Why a call to the kernel fails, in Linux' words (`strerror`).

use std::fmt;

/// An error of a file system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Errno {
    /// Operation not permitted.
    Eperm,
    /// No such file or directory.
    Enoent,
    /// Input/output error.
    Eio,
    /// Permission denied.
    Eacces,
    /// Device or resource busy; busybox says `Resource busy`.
    Ebusy,
    /// File exists.
    Eexist,
    /// Invalid cross-device link.
    Exdev,
    /// No such device.
    Enodev,
    /// No such device or address.
    Enxio,
    /// Not a directory.
    Enotdir,
    /// Is a directory.
    Eisdir,
    /// Invalid argument.
    Einval,
    /// File too large.
    Efbig,
    /// No space left on device.
    Enospc,
    /// Read-only file system.
    Erofs,
    /// Too many links.
    Emlink,
    /// Broken pipe.
    Epipe,
    /// File name too long.
    Enametoolong,
    /// Directory not empty.
    Enotempty,
    /// Too many levels of symbolic links.
    Eloop,
    /// Stale file handle.
    Estale,
    /// Disk quota exceeded.
    Edquot,
    /// Bad file descriptor.
    Ebadf,
    /// Connection timed out.
    Etimedout,
}

impl Errno {
    /// The C library's text, as glibc has it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Eperm => "Operation not permitted",
            Self::Enoent => "No such file or directory",
            Self::Eio => "Input/output error",
            Self::Eacces => "Permission denied",
            Self::Ebusy => "Device or resource busy",
            Self::Eexist => "File exists",
            Self::Exdev => "Invalid cross-device link",
            Self::Enodev => "No such device",
            Self::Enxio => "No such device or address",
            Self::Enotdir => "Not a directory",
            Self::Eisdir => "Is a directory",
            Self::Einval => "Invalid argument",
            Self::Efbig => "File too large",
            Self::Enospc => "No space left on device",
            Self::Erofs => "Read-only file system",
            Self::Emlink => "Too many links",
            Self::Epipe => "Broken pipe",
            Self::Enametoolong => "File name too long",
            Self::Enotempty => "Directory not empty",
            Self::Eloop => "Too many levels of symbolic links",
            Self::Estale => "Stale file handle",
            Self::Edquot => "Disk quota exceeded",
            Self::Ebadf => "Bad file descriptor",
            Self::Etimedout => "Connection timed out",
        }
    }

    /// The text of musl, with which Alpine and most busybox images are built.
    pub fn musl_text(self) -> &'static str {
        match self {
            Self::Eio => "I/O error",
            Self::Ebusy => "Resource busy",
            Self::Exdev => "Cross-device link",
            Self::Eloop => "Symbolic link loop",
            Self::Enametoolong => "Filename too long",
            Self::Edquot => "Quota exceeded",
            Self::Ebadf => "Bad file descriptor",
            Self::Etimedout => "Operation timed out",
            other => other.text(),
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
