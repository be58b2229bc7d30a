//! The operations, one by one.

use std::rc::Rc;

use super::code::{Dialect, Op, Quote};
use super::expand::{self, Builder};
use super::shell::{COMPOUND, Frame, Pending, Shell, Value, option};
use super::task::{Step, Sys};

impl Shell {
    /// Does one operation; `pc` stands behind it.
    pub(crate) fn execute(&mut self, op: &Op, sys: &mut Sys<'_>) -> Step {
        match op {
            Op::Begin => self.words.push(Builder::default()),
            Op::Text(text, quote) => self.word(|word| word.push_text(text, *quote)),
            Op::Param(name, quote) => return self.push_parameter(sys, name, *quote),
            Op::Indirect(name, quote) => {
                let name = self.get(name).unwrap_or_default();
                return self.push_parameter(sys, &name, *quote);
            }
            Op::Length(name) => {
                let text = self.length(name).to_string();
                self.word(|word| word.push_value(&text, Quote::Quoted));
            }
            Op::Alternative(what) => return self.alternative(sys, what),
            Op::AssignDefault(what) => return self.assign_default(sys, what),
            Op::Complain(what) => return self.complain_unset(sys, what),
            Op::Edit(what) => return self.edit(sys, what),
            Op::Substitute { len, quote } => return self.substitute(sys, *len, *quote),
            Op::Arithmetic(quote) => return self.arithmetic(sys, *quote),
            Op::Tilde(user) => {
                let home = self.home(sys, user);
                self.word(|word| word.push_value(&home, Quote::Quoted));
            }
            Op::BadSubstitution(text) => {
                let words = match self.dialect {
                    Dialect::Bash => format!("{text}: bad substitution"),
                    Dialect::Dash => "Bad substitution".to_owned(),
                    Dialect::Busybox => {
                        // It names the line that it would read next.
                        self.line = self.next_line_number();
                        "syntax error: bad substitution".to_owned()
                    }
                };
                self.say(sys, &words);
                let status = if self.bash() { 1 } else { 2 };
                return self.fail(sys, status);
            }
            Op::Fields => self.fields(sys),
            Op::Argument => {
                let text = self.popped_word().joined();
                self.command_on_top().argv.push(Rc::from(text));
            }
            Op::Join => {
                let text = self.popped_word().joined();
                self.texts.push(Rc::from(text));
            }
            Op::Pattern => {
                let text = self.popped_word().pattern();
                self.texts.push(Rc::from(text));
            }
            other => return self.execute_command(other, sys),
        }
        Step::Go
    }

    fn execute_command(&mut self, op: &Op, sys: &mut Sys<'_>) -> Step {
        match op {
            Op::Command(line) => {
                if *line > 0 {
                    self.line = *line;
                }
                self.commands.push(Pending::default());
                self.substituted = None;
            }
            Op::Assign { name, append } => {
                let value = Value::Text(self.popped_text());
                return self.assign_next(sys, name, *append, value);
            }
            Op::AssignList { name, append } => {
                let command = self.command_on_top();
                let items = command.argv.split_off(command.words.unwrap_or(0));
                return self.assign_next(sys, name, *append, Value::List(items));
            }
            Op::EndWords => {
                let command = self.command_on_top();
                command.words = Some(command.argv.len());
            }
            Op::Redirect(redirect) => {
                let text = self.popped_text();
                self.command_on_top().redirects.push((*redirect, text));
            }
            Op::Run(line) => {
                self.line = *line;
                return self.run_command(sys);
            }
            Op::PushRedirects => {
                let command = self.commands.pop().unwrap_or_default();
                let Some(mut saved) = self.redirect(sys, &command.redirects) else {
                    self.status = self.redirect_status();
                    return Step::Go;
                };
                saved.insert(0, COMPOUND);
                self.frames.push(Frame::Redirects(saved));
                self.pc += 1;
            }
            Op::PopRedirects => self.pop_frame(sys),
            Op::Define { name, len } => {
                let body = (Rc::clone(&self.code), self.pc);
                Rc::make_mut(&mut self.functions).insert(Rc::clone(name), body);
                self.pc += len;
                self.status = 0;
            }
            Op::Return => return self.return_from(sys, self.status),
            Op::Exit => return self.leave(sys, self.status),
            Op::Line(line) => self.line = *line,
            other => return self.execute_flow(other, sys),
        }
        Step::Go
    }

    #[expect(clippy::too_many_lines, reason = "one case after the other, none of them long")]
    fn execute_flow(&mut self, op: &Op, sys: &mut Sys<'_>) -> Step {
        match op {
            Op::Jump(by) => self.jump(*by),
            Op::JumpIfFailed(by) if self.status != 0 => self.jump(*by),
            Op::JumpIfOk(by) if self.status == 0 => self.jump(*by),
            Op::Not => self.status = i32::from(self.status == 0),
            Op::Status(status) => self.status = *status,
            Op::Condition(by) => self.condition += by,
            Op::CheckStatus
                if self.status != 0 && self.condition == 0 && self.is(option::ERREXIT) =>
            {
                return self.leave(sys, self.status);
            }
            Op::Loop { next, end } => {
                let (next, end) = (self.target(*next), self.target(*end));
                let marks = self.marks();
                self.frames.push(Frame::Loop { next, end, items: None, status: 0, marks });
            }
            Op::Each { end } => {
                let items = self.commands.pop().unwrap_or_default().argv;
                let (next, end, marks) = (self.pc, self.target(*end), self.marks());
                let items = Some((Rc::from(items), 0));
                self.frames.push(Frame::Loop { next, end, items, status: 0, marks });
            }
            Op::Again(by) => {
                let now = self.status;
                if let Some(Frame::Loop { status, .. }) = self.frames.last_mut() {
                    *status = now;
                }
                self.jump(*by);
            }
            Op::EndLoop => {
                if let Some(Frame::Loop { status, .. }) = self.frames.last() {
                    self.status = *status;
                    self.frames.pop();
                }
            }
            Op::Next { name, end } => return self.next_item(sys, name, *end),
            Op::Case(by) => {
                let pattern = self.popped_text();
                let text = self.texts.last().cloned().unwrap_or_default();
                if !super::glob::matches(&pattern, &text) {
                    self.jump(*by);
                }
            }
            Op::Drop => {
                self.texts.pop();
            }
            Op::Fork { len, how } => return self.fork(sys, *len, how),
            Op::Pipeline => {
                let (pids, reader, complete) = (Vec::new(), None, false);
                self.frames.push(Frame::Pipeline { pids, reader, complete });
            }
            Op::EndPipeline => {
                if let Some(Frame::Pipeline { complete, .. }) = self.frames.last_mut() {
                    *complete = true;
                }
            }
            Op::Evaluate => {
                let text = self.popped_text();
                match super::arith::evaluate(self, &text) {
                    Ok(value) => self.status = i32::from(value == 0),
                    Err(words) => {
                        self.say(sys, &format!("((: {words}"));
                        self.status = 1;
                    }
                }
            }
            Op::TestOne(sign) => {
                let text = self.popped_text();
                let words = [Rc::clone(sign), text];
                self.status = super::builtins::test::unary(self, sys, &words[0], &words[1]);
            }
            Op::TestTwo(sign) => {
                let right = self.popped_text();
                let left = self.popped_text();
                self.status = super::builtins::test::double(self, sys, &left, sign, &right);
            }
            _ => {}
        }
        Step::Go
    }

    fn word(&mut self, change: impl FnOnce(&mut Builder)) {
        if let Some(word) = self.words.last_mut() {
            change(word);
        }
    }

    fn popped_word(&mut self) -> Builder {
        self.words.pop().unwrap_or_default()
    }

    pub(crate) fn popped_text(&mut self) -> Rc<str> {
        self.texts.pop().unwrap_or_default()
    }

    fn command_on_top(&mut self) -> &mut Pending {
        if self.commands.is_empty() {
            self.commands.push(Pending::default());
        }
        let last = self.commands.len() - 1;
        &mut self.commands[last]
    }

    /// An assignment: at once if no command follows, else it is kept for the command.
    fn assign_next(
        &mut self,
        sys: &mut Sys<'_>,
        name: &Rc<str>,
        append: bool,
        value: Value,
    ) -> Step {
        let command = self.command_on_top();
        if command.words.unwrap_or(0) > 0 {
            command.assigns.push((Rc::clone(name), append, value));
            return Step::Go;
        }
        if self.is(option::XTRACE) {
            let assigns = vec![(Rc::clone(name), append, value.clone())];
            self.trace(sys, &Pending { assigns, ..Pending::default() });
        }
        if self.assign(name, value, append).is_err() {
            return self.complain_readonly(sys, name);
        }
        Step::Go
    }

    fn target(&self, by: isize) -> usize {
        self.pc.saturating_add_signed(by)
    }

    pub(crate) fn jump(&mut self, by: isize) {
        self.pc = self.target(by);
    }

    fn fields(&mut self, sys: &mut Sys<'_>) {
        let word = self.popped_word();
        let fields = word.fields(&self.separators());
        let globs = !self.is(option::NOGLOB);
        let command = self.command_on_top();
        let before = command.argv.len();
        expand::with_names(sys, fields, globs, &mut command.argv);
        command.bytes += command.argv[before..].iter().map(|text| text.len() + 1).sum::<usize>();
    }

    fn arithmetic(&mut self, sys: &mut Sys<'_>, quote: Quote) -> Step {
        let text = self.popped_word().joined();
        match super::arith::evaluate(self, &text) {
            Ok(value) => {
                let text = value.to_string();
                self.word(|word| word.push_value(&text, quote));
                Step::Go
            }
            Err(words) => {
                self.say(sys, &words);
                let status = if self.bash() { 1 } else { 2 };
                self.fail(sys, status)
            }
        }
    }

    fn home(&self, sys: &mut Sys<'_>, user: &str) -> String {
        if user.is_empty() {
            if let Some(home) = self.get("HOME") {
                return home.to_string();
            }
            return super::users::home_of(sys, &sys.me.user.uid.to_string())
                .unwrap_or_else(|| "/".to_owned());
        }
        match user {
            "+" => sys.me.cwd.to_string(),
            "-" => self.get("OLDPWD").unwrap_or_default().to_string(),
            _ => super::users::home_of(sys, user).unwrap_or_else(|| format!("~{user}")),
        }
    }

    fn next_item(&mut self, sys: &mut Sys<'_>, name: &Rc<str>, end: isize) -> Step {
        let target = self.target(end);
        let Some(Frame::Loop { items: Some((items, at)), .. }) = self.frames.last_mut() else {
            self.pc = target;
            return Step::Go;
        };
        let Some(item) = items.get(*at).cloned() else {
            self.pc = target;
            return Step::Go;
        };
        *at += 1;
        if self.assign(name, Value::Text(item), false).is_err() {
            return self.complain_readonly(sys, name);
        }
        Step::Go
    }
}
