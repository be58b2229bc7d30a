//! `kubectl` as a program of a machine: it talks to somebody outside, who answers in time.

use std::rc::Rc;

use super::super::kernel::Read;
use super::super::task::{Step, Sys, Tool, Wait};
use super::Make;

pub(super) const TOOLS: &[(&str, Make)] =
    &[("kubectl", Make::Long(|| Box::new(Kubectl::default())))];

#[derive(Clone, Debug, Default)]
struct Kubectl {
    stdin: Vec<u8>,
    has_asked: bool,
}

/// Whether the words say that standard input is read as a file.
fn reads_input(words: &[Rc<str>]) -> bool {
    words.iter().any(|word| &**word == "-" || word.ends_with("=-"))
}

impl Tool for Kubectl {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        let pid = sys.me.pid;
        if self.has_asked {
            let Some((outputs, status)) = sys.kernel.take_answer(pid) else {
                return Step::Wait(Wait::Call(pid));
            };
            for output in outputs {
                let fd = if output.is_error { 2 } else { 1 };
                let _ = sys.write(fd, &output.bytes);
            }
            return status.map_or(Step::Go, Step::Done);
        }
        let words = Rc::clone(&sys.me.argv);
        if reads_input(&words) {
            match sys.read(0, 1 << 16) {
                Ok(Read::Data(data)) => {
                    self.stdin.extend(data);
                    return Step::Go;
                }
                Ok(Read::Wait) => return Step::Wait(Wait::Read(sys.me.fd(0).unwrap_or(0))),
                Ok(Read::End) | Err(_) => {}
            }
        }
        self.has_asked = true;
        let stdin = std::mem::take(&mut self.stdin);
        sys.kernel.ask(pid, words, stdin, Rc::clone(&sys.me.cwd));
        Step::Wait(Wait::Call(pid))
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}
