//! What a script is turned into: a flat list of small operations, with jumps relative to the
//! operation after them, so that pieces can be put together in any place.
//!
//! A running script is a place in such a list and a stack of its own: it can stop anywhere, be
//! cloned, and go on, and no input makes the program's own stack grow.

use std::rc::Rc;

/// Operations, shared by all who run them.
pub(crate) type Code = Rc<[Op]>;

/// How a piece of a word came about, which decides what may still happen to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quote {
    /// Written bare: wildcards count.
    Bare,
    /// In quotes: nothing happens to it.
    Quoted,
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    // Words: each is built from pieces.
    /// Begins a word.
    Begin,
    /// A piece as it is written.
    Text(Rc<str>, Quote),
    /// The value of a parameter.
    Param(Rc<str>, Quote),
    /// `${!name}`: the value of the parameter that the parameter names.
    Indirect(Rc<str>, Quote),
    /// `${#name}`.
    Length(Rc<str>),
    /// `${name-word}` and its like; what follows is the word.
    Alternative(Rc<Alternative>),
    /// Ends the word of `${name=word}`.
    AssignDefault(Rc<Alternative>),
    /// Ends the word of `${name?word}`.
    Complain(Rc<Alternative>),
    /// Ends the words of `${name#word}`, `${name/word/word}`, `${name:word:word}`.
    Edit(Rc<Edit>),
    /// Runs the operations that follow in a child and takes what it prints.
    Substitute {
        /// How many operations are the child's.
        len: usize,
        /// Whether it stands in quotes.
        quote: Quote,
    },
    /// Ends the word of `$((word))`.
    Arithmetic(Quote),
    /// A home directory.
    Tilde(Rc<str>),
    /// `${…}` that means nothing, with its text.
    BadSubstitution(Rc<str>),
    /// Ends a word: its fields become arguments.
    Fields,
    /// Ends a word: it becomes one argument as it is.
    Argument,
    /// Ends a word: as one text.
    Join,
    /// Ends a word: as one pattern, quoted characters behind a backslash.
    Pattern,

    // Commands.
    /// Begins a command: arguments, assignments and redirections. With its line, if that is known.
    Command(u32),
    /// All words of the command are expanded.
    EndWords,
    /// Takes the last text as the value of a variable, for the command.
    Assign {
        /// The variable.
        name: Rc<str>,
        /// `+=`.
        append: bool,
    },
    /// `name=(words)`: the fields since the command's last assignment are the elements.
    AssignList {
        /// The variable.
        name: Rc<str>,
        /// `+=`.
        append: bool,
    },
    /// Takes the last text as the target of a redirection.
    Redirect(Redirect),
    /// Runs the command.
    Run(u32),
    /// Redirects for the compound command that follows.
    PushRedirects,
    /// Ends that.
    PopRedirects,
    /// Defines a function; its body follows.
    Define {
        /// Its name.
        name: Rc<str>,
        /// How many operations are its body.
        len: usize,
    },
    /// The end of a function.
    Return,
    /// The end of a child.
    Exit,

    // Flow.
    /// Goes on elsewhere.
    Jump(isize),
    /// Goes on elsewhere when the last command failed.
    JumpIfFailed(isize),
    /// Goes on elsewhere when the last command succeeded.
    JumpIfOk(isize),
    /// Turns the status around.
    Not,
    /// Sets the status.
    Status(i32),
    /// Begins (1) or ends (-1) a condition, in which `set -e` is not heeded.
    Condition(i32),
    /// Leaves the shell when the last command failed and `set -e` says so.
    CheckStatus,
    /// Begins a loop: where to go on, and where to leave, both relative.
    Loop {
        /// Where `continue` goes.
        next: isize,
        /// Where `break` goes.
        end: isize,
    },
    /// Ends a round of a loop.
    Again(isize),
    /// Ends a loop.
    EndLoop,
    /// The words of the command become what a `for` goes through.
    Each {
        /// Where `break` goes.
        end: isize,
    },
    /// The next word, or out of the loop.
    Next {
        /// The variable.
        name: Rc<str>,
        /// Out of the loop.
        end: isize,
    },
    /// Compares the text below with the pattern on top; goes on elsewhere when it does not match.
    Case(isize),
    /// Forgets the last text.
    Drop,
    /// Runs the operations that follow in a child.
    Fork {
        /// How many are the child's.
        len: usize,
        /// How the parent goes on.
        how: Fork,
    },
    /// Begins a pipeline.
    Pipeline,
    /// Waits for the stages of a pipeline.
    EndPipeline,
    /// `(( ))`: the last text as an expression gives the status.
    Evaluate,
    /// `[[ -x word ]]` with one word.
    TestOne(Rc<str>),
    /// `[[ word op word ]]`.
    TestTwo(Rc<str>),
    /// The line of what follows.
    Line(u32),
}

/// How a parent goes on after it made a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fork {
    /// It waits.
    Subshell,
    /// It goes on at once; the text is what `jobs` shows.
    Background(Rc<str>),
    /// It makes the next stage of the pipeline.
    Stage {
        /// The last stage writes where the shell writes.
        last: bool,
        /// `|&`: errors go into the pipe, too.
        errors: bool,
    },
}

/// What `${name-word}` and its like do.
#[derive(Clone, Debug)]
pub(crate) struct Alternative {
    /// The parameter.
    pub(crate) name: Rc<str>,
    /// Whether it stands in quotes.
    pub(crate) quote: Quote,
    /// `-`, `+`, `=` or `?`.
    pub(crate) kind: u8,
    /// With a colon an empty value counts as none.
    pub(crate) colon: bool,
    /// How many operations the word is.
    pub(crate) len: usize,
}

/// What `${name#word}` and its like do.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// The parameter.
    pub(crate) name: Rc<str>,
    /// Whether it stands in quotes.
    pub(crate) quote: Quote,
    /// The operator: `#`, `##`, `%`, `%%`, `/`, `//`, `/#`, `/%`, `:`, `^`, `^^`, `,`, `,,`.
    pub(crate) op: &'static str,
    /// How many words it has.
    pub(crate) words: usize,
}

/// A redirection, without its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// Which descriptor.
    pub(crate) fd: u8,
    /// What happens to it.
    pub(crate) kind: RedirectKind,
}

/// What a redirection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RedirectKind {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>|`
    Clobber,
    /// `>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `<&` and `>&`
    Duplicate,
    /// `&>`
    WriteBoth,
    /// `&>>`
    AppendBoth,
    /// `<<` and `<<<`: the target is the text itself.
    Here,
}

/// Which shell it is: their words and a few of their rules differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `BusyBox`' `ash`, with its own tools.
    Busybox,
    /// Debian's `sh`.
    Dash,
    /// `bash`.
    Bash,
}
