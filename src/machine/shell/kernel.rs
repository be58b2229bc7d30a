//! What the processes of one tree share: open files, pipes, and the terminal.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::api::sorted::SortedMap;
use crate::machine::fs::handle::Handle;

use super::limits::{OUTPUT_BYTES, PIPE_BYTES, REFUSALS_MAX};
use super::task::Task;

/// Output on its way to the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Whether it was written to standard error.
    pub is_error: bool,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Ctrl-D at a terminal: whoever reads sees an end, and may read on.
pub(crate) const END_OF_INPUT: u8 = 4;

/// What an open file is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// What the host feeds.
    Input,
    /// What the host takes: standard output (false) or standard error (true).
    Output(bool),
    /// `/dev/null`.
    Null,
    /// A file.
    File(Handle),
    /// A here-document, and how much of it was read.
    Text(Rc<[u8]>, usize),
    /// A pipe's end to read from.
    ReadEnd(u32),
    /// A pipe's end to write to.
    WriteEnd(u32),
}

/// An open file, shared by all descriptors that were copied from each other.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    pub(crate) kind: Kind,
    refs: u32,
}

#[derive(Clone, Debug, Default)]
struct Pipe {
    bytes: VecDeque<u8>,
    readers: u32,
    writers: u32,
}

/// What a read brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// Bytes, at least one.
    Data(Vec<u8>),
    /// Nothing more will come.
    End,
    /// Something may come.
    Wait,
}

/// A process that asks somebody outside of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The process.
    pub pid: u32,
    /// Its words, its own name first.
    pub words: Rc<[Rc<str>]>,
    /// What it read from its standard input.
    pub stdin: Vec<u8>,
    /// The directory that it is in.
    pub cwd: Rc<str>,
    is_taken: bool,
    outputs: Vec<Output>,
    status: Option<i32>,
}

/// What the processes of one tree share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kernel {
    /// The processes, by their numbers.
    pub(crate) tasks: Vec<Rc<Task>>,
    /// How those ended whose parents still run.
    pub(crate) ended: SortedMap<u32, i32>,
    /// What the host fed and nobody read yet.
    pub(crate) input: VecDeque<u8>,
    /// Whether nothing more will be fed.
    pub(crate) input_closed: bool,
    /// What the host did not take yet.
    pub(crate) output: Vec<Output>,
    /// Whether input and output are a terminal.
    pub(crate) tty: bool,
    calls: Vec<Call>,
    /// How often there were too many processes.
    pub(crate) refusals: u32,
    output_bytes: usize,
    descriptions: SortedMap<u32, Description>,
    pipes: SortedMap<u32, Pipe>,
    next: u32,
}

impl Kernel {
    /// Opens something; the descriptor that is made of it holds it.
    pub(crate) fn open(&mut self, kind: Kind) -> u32 {
        self.next += 1;
        match kind {
            Kind::ReadEnd(pipe) => self.pipe(pipe, |pipe| pipe.readers += 1),
            Kind::WriteEnd(pipe) => self.pipe(pipe, |pipe| pipe.writers += 1),
            _ => {}
        }
        self.descriptions.insert(self.next, Description { kind, refs: 1 });
        self.next
    }

    /// A new pipe: its end to read from and its end to write to.
    pub(crate) fn open_pipe(&mut self) -> (u32, u32) {
        self.next += 1;
        let id = self.next;
        self.pipes.insert(id, Pipe::default());
        (self.open(Kind::ReadEnd(id)), self.open(Kind::WriteEnd(id)))
    }

    fn pipe(&mut self, id: u32, change: impl FnOnce(&mut Pipe)) {
        if let Some(pipe) = self.pipes.get_mut(&id) {
            change(pipe);
            if pipe.readers == 0 && pipe.writers == 0 {
                self.pipes.remove(&id);
            }
        }
    }

    /// One more descriptor leads to it.
    pub(crate) fn hold(&mut self, id: u32) -> u32 {
        if let Some(description) = self.descriptions.get_mut(&id) {
            description.refs += 1;
        }
        id
    }

    /// One descriptor fewer leads to it.
    pub(crate) fn release(&mut self, id: u32) {
        let Some(description) = self.descriptions.get_mut(&id) else { return };
        description.refs -= 1;
        if description.refs > 0 {
            return;
        }
        match description.kind {
            Kind::ReadEnd(pipe) => self.pipe(pipe, |pipe| pipe.readers -= 1),
            Kind::WriteEnd(pipe) => self.pipe(pipe, |pipe| pipe.writers -= 1),
            _ => {}
        }
        self.descriptions.remove(&id);
    }

    /// The open file of that number.
    pub(crate) fn get(&self, id: u32) -> Option<&Kind> {
        self.descriptions.get(&id).map(|description| &description.kind)
    }

    /// The open file of that number, to be changed.
    pub(crate) fn get_mut(&mut self, id: u32) -> Option<&mut Kind> {
        self.descriptions.get_mut(&id).map(|description| &mut description.kind)
    }

    /// Whether a read would bring something, be it the end.
    pub(crate) fn can_read(&self, id: u32) -> bool {
        match self.get(id) {
            Some(Kind::Input) => !self.input.is_empty() || self.input_closed,
            Some(Kind::ReadEnd(pipe)) => {
                self.pipes.get(pipe).is_none_or(|pipe| !pipe.bytes.is_empty() || pipe.writers == 0)
            }
            _ => true,
        }
    }

    /// Whether a write would take at least something, or fail.
    pub(crate) fn can_write(&self, id: u32) -> bool {
        match self.get(id) {
            Some(Kind::Output(_)) => self.output_bytes < OUTPUT_BYTES,
            Some(Kind::WriteEnd(pipe)) => self
                .pipes
                .get(pipe)
                .is_none_or(|pipe| pipe.bytes.len() < PIPE_BYTES || pipe.readers == 0),
            _ => true,
        }
    }

    /// Reads from what is no file: at most `limit` bytes, and of a line no more than its end.
    pub(crate) fn read(&mut self, id: u32, limit: usize, line: bool) -> Read {
        let line = line || self.tty && matches!(self.get(id), Some(Kind::Input));
        let upto = |bytes: &mut VecDeque<u8>| -> Vec<u8> {
            let end = if line { bytes.iter().position(|byte| *byte == b'\n') } else { None };
            let len = end.map_or(bytes.len(), |end| end + 1).min(limit);
            // Ctrl-D hands on what was typed before it.
            let end = bytes.iter().take(len).position(|byte| *byte == END_OF_INPUT && line);
            let len = end.unwrap_or(len);
            bytes.drain(..len).collect()
        };
        let ends;
        let data = match self.descriptions.get_mut(&id).map(|description| &mut description.kind) {
            Some(Kind::Input) => {
                if self.tty && self.input.front() == Some(&END_OF_INPUT) {
                    self.input.pop_front();
                    return Read::End;
                }
                ends = self.input_closed;
                upto(&mut self.input)
            }
            Some(Kind::ReadEnd(pipe)) => match self.pipes.get_mut(pipe) {
                Some(pipe) => {
                    ends = pipe.writers == 0;
                    upto(&mut pipe.bytes)
                }
                None => return Read::End,
            },
            Some(Kind::Text(text, at)) => {
                let rest = &text[*at..];
                let end = rest.iter().position(|byte| line && *byte == b'\n');
                let len = end.map_or(rest.len(), |end| end + 1).min(limit);
                let data = rest[..len].to_vec();
                *at += len;
                ends = true;
                data
            }
            _ => return Read::End,
        };
        match (data.is_empty(), ends) {
            (false, _) => Read::Data(data),
            (true, true) => Read::End,
            (true, false) => Read::Wait,
        }
    }

    /// Writes to what is no file: how many bytes were taken; `None` when nobody reads.
    pub(crate) fn write(&mut self, id: u32, bytes: &[u8]) -> Option<usize> {
        match self.descriptions.get(&id).map(|description| &description.kind) {
            Some(Kind::Output(is_error)) => {
                if self.output_bytes >= OUTPUT_BYTES {
                    return Some(0);
                }
                self.output_bytes += bytes.len();
                match self.output.last_mut() {
                    Some(last) if last.is_error == *is_error => last.bytes.extend(bytes),
                    _ => self.output.push(Output { is_error: *is_error, bytes: bytes.to_vec() }),
                }
                Some(bytes.len())
            }
            Some(Kind::WriteEnd(pipe)) => {
                let pipe = self.pipes.get_mut(pipe)?;
                if pipe.readers == 0 {
                    return None;
                }
                let len = PIPE_BYTES.saturating_sub(pipe.bytes.len()).min(bytes.len());
                pipe.bytes.extend(&bytes[..len]);
                Some(len)
            }
            _ => Some(bytes.len()),
        }
    }

    /// What was written for the host since it asked last.
    pub(crate) fn take_output(&mut self) -> Vec<Output> {
        self.output_bytes = 0;
        std::mem::take(&mut self.output)
    }

    /// Whether output waits until the host takes it.
    pub(crate) fn is_output_full(&self) -> bool {
        self.output_bytes >= OUTPUT_BYTES
    }

    /// The process of that number.
    pub(crate) fn task(&self, pid: u32) -> Option<&Task> {
        self.tasks.iter().find(|task| task.me.pid == pid).map(|task| &**task)
    }

    /// Asks somebody outside.
    pub(crate) fn ask(&mut self, pid: u32, words: Rc<[Rc<str>]>, stdin: Vec<u8>, cwd: Rc<str>) {
        let (outputs, status) = (Vec::new(), None);
        self.calls.push(Call { pid, words, stdin, cwd, is_taken: false, outputs, status });
    }

    /// The next call that nobody has taken on yet.
    pub(crate) fn take_call(&mut self) -> Option<Call> {
        let tasks = &self.tasks;
        self.calls.retain(|call| tasks.iter().any(|task| task.me.pid == call.pid));
        let call = self.calls.iter_mut().find(|call| !call.is_taken)?;
        call.is_taken = true;
        Some(call.clone())
    }

    /// Whether a process still waits for the rest of an answer.
    pub(crate) fn is_calling(&self, pid: u32) -> bool {
        self.task(pid).is_some() && self.calls.iter().any(|call| call.pid == pid)
    }

    /// Gives a part of an answer, and with the last one the status.
    pub(crate) fn answer(&mut self, pid: u32, output: Option<Output>, status: Option<i32>) {
        let Some(call) = self.calls.iter_mut().find(|call| call.pid == pid) else { return };
        call.outputs.extend(output);
        call.status = status;
    }

    /// Whether there is anything for the caller.
    pub(crate) fn has_answer(&self, pid: u32) -> bool {
        let call = self.calls.iter().find(|call| call.pid == pid);
        call.is_some_and(|call| !call.outputs.is_empty() || call.status.is_some())
    }

    /// Takes what was answered so far.
    pub(crate) fn take_answer(&mut self, pid: u32) -> Option<(Vec<Output>, Option<i32>)> {
        if !self.has_answer(pid) {
            return None;
        }
        let at = self.calls.iter().position(|call| call.pid == pid)?;
        let (outputs, status) =
            (std::mem::take(&mut self.calls[at].outputs), self.calls[at].status);
        if status.is_some() {
            self.calls.remove(at);
        }
        Some((outputs, status))
    }

    /// Whether nothing but the first process is in the foreground.
    pub(crate) fn is_alone(&self, main: u32) -> bool {
        self.tasks.iter().all(|task| task.me.pid == main || task.me.background)
    }

    /// Whether a process in the foreground reads what the host feeds, and nothing is there.
    pub(crate) fn awaits_input(&self) -> bool {
        self.input.is_empty()
            && self.tasks.iter().any(|task| match task.wait {
                super::task::Wait::Read(id) => {
                    !task.me.background && matches!(self.get(id), Some(Kind::Input))
                }
                _ => false,
            })
    }

    /// There are too many processes. When that goes on, all in the background are killed, as the
    /// kernel does when a container has used up what it may.
    pub(crate) fn refuse_process(&mut self) {
        self.refusals += 1;
        if !self.refusals.is_multiple_of(REFUSALS_MAX) {
            return;
        }
        for task in self.tasks.iter_mut().filter(|task| task.me.background) {
            Rc::make_mut(task).me.pending.push(super::signal::KILL);
        }
    }

    /// Sends a signal to a process of this tree: whether there is one.
    pub(crate) fn signal(&mut self, pid: u32, signal: u8) -> bool {
        let Some(task) = self.tasks.iter_mut().find(|task| task.me.pid == pid) else {
            return false;
        };
        if signal > 0 {
            Rc::make_mut(task).me.pending.push(signal);
        }
        true
    }
}
