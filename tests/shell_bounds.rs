//! What a hostile script can do to the shell: it is bounded, says so, and can be interrupted.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test whose machine cannot be made must stop")]

#[path = "support/shell_host.rs"]
mod shell_host;

use proptest::prelude::*;
use shell_host::{Machine, Outcome};
use volume_lab::machine::shell::run::{Process, Turn};

const SHELLS: [&str; 3] = ["bash", "dash", "ash"];

fn machine_and_name(shell: &str) -> (Machine, &'static str) {
    (Machine::new(shell == "ash"), if shell == "bash" { "bash" } else { "sh" })
}

/// What a script came to within some minutes of simulated time.
fn run(shell: &str, script: &str) -> Outcome {
    let (mut machine, name) = machine_and_name(shell);
    machine.run(&[name, "-c", script], 2_000)
}

fn stderr(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stderr).into_owned()
}

/// Turns with a budget each, until it ends or so many are used.
fn turns(machine: &mut Machine, process: &mut Process, most: usize) -> Option<i32> {
    for _ in 0..most {
        let turn = process.run(machine, 2_000);
        process.take_output();
        match turn {
            Turn::Exited(status) => return Some(status),
            Turn::Busy => machine.pass(1),
            Turn::Blocked(_) => machine.pass(100),
            Turn::Waiting => return None,
        }
    }
    None
}

#[test]
fn a_fork_bomb_meets_the_limit_of_processes() {
    for (shell, words) in [
        ("bash", "fork: retry: Resource temporarily unavailable"),
        ("dash", "Cannot fork"),
        ("ash", "can't fork: Resource temporarily unavailable"),
    ] {
        let outcome = run(shell, "bomb() { bomb | bomb & }; bomb; sleep 1; echo alive");
        assert!(stderr(&outcome).contains(words), "{shell}: {}", stderr(&outcome));
    }
    let outcome = run("bash", ":(){ :|:& };:");
    assert!(stderr(&outcome).contains("fork: retry"), "{}", stderr(&outcome));
}

#[test]
fn what_never_ends_can_be_interrupted() {
    let endless = [
        "while true; do :; done",
        "yes",
        "yes > /dev/null",
        "cat /dev/zero",
        "tail -f /etc/passwd",
        "sleep 1000000",
        "while :; do sleep 1; done",
        "f() { while :; do g; done; }; g() { :; }; f",
        "cat | cat",
        "until false; do x=$x; done",
        "find / -exec sleep 100 \\;",
    ];
    for shell in SHELLS {
        for script in endless {
            let (mut machine, name) = machine_and_name(shell);
            let mut process = machine.start(&[name, "-c", script], true, None);
            assert_eq!(turns(&mut machine, &mut process, 50), None, "{shell}: {script}");
            process.interrupt();
            let status = turns(&mut machine, &mut process, 50);
            assert_eq!(status, Some(130), "{shell}: {script}");
            assert!(process.is_empty(), "{shell}: {script}");
        }
    }
}

#[test]
fn disks_and_directories_fill_up() {
    let full = "No space left on device";
    for script in [
        "head -c 100000000 /dev/zero > f",
        "dd if=/dev/zero of=f bs=1M count=100",
        "cat /dev/zero > f",
        "yes > f",
        "fallocate -l 100M f",
        "i=0; while [ $i -lt 4000 ]; do : > f$i || exit 1; i=$((i+1)); done",
    ] {
        let outcome = run("bash", script);
        assert!(stderr(&outcome).contains(full), "{script}: {}", stderr(&outcome));
        assert!(outcome.status.is_some_and(|status| status != 0), "{script}");
    }
    let files =
        "mkdir d; cd d; i=0; while [ $i -lt 1000 ]; do : > f$i; i=$((i+1)); done; ls | wc -l";
    let outcome = run("dash", files);
    assert_eq!(outcome.stdout, b"1000\n", "{}", stderr(&outcome));
}

#[test]
fn what_calls_itself_ends() {
    for shell in SHELLS {
        for script in [
            "f() { f; }; f",
            "f() { f $1 x; }; f a",
            "f() { echo $(f); }; f",
            "echo '. ./s' > s; . ./s",
            "e='eval $e'; eval \"$e\"",
            "sh -c 'echo \"sh ./s\" > s; sh ./s'",
        ] {
            let outcome = run(shell, script);
            assert!(outcome.status.is_some(), "{shell}: {script} goes on");
        }
    }
}

#[test]
fn large_values_are_bounded() {
    for shell in SHELLS {
        for script in [
            "x=a; i=0; while [ $i -lt 40 ]; do x=$x$x; i=$((i+1)); done; echo ${#x}",
            "printf '%999999999s' x | wc -c",
            "seq 1 999999999 | tail -1",
            "x=$(yes | head -c 9000000); echo ${#x}",
            "set -- $(seq 1 100000); echo $#",
            "for i in {1..999999999}; do break; done",
            "echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b} | wc -w",
            "yes | sort | head -1",
            "yes | tr -d '\\n' | sed s/y/n/ | head -c 3",
            "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | grep -E '(a*)*(a|aa)+(a+)+b'",
        ] {
            let outcome = run(shell, script);
            assert!(outcome.status.is_some(), "{shell}: {script} goes on");
        }
    }
}

#[test]
fn deep_scripts_are_refused() {
    let deep = [
        "(".repeat(200),
        "$(".repeat(200),
        "{ ".repeat(200),
        "if ".repeat(200),
        "`".repeat(201),
        format!("echo $(({}1", "(".repeat(200)),
        format!("echo {}", "${x:-".repeat(200)),
        format!("echo {}", "\"$(echo ".repeat(200)),
        "while true; do ".repeat(200),
        "case x in x) ".repeat(200),
        "! ".repeat(200) + "true",
        format!("[[ {}", "( ".repeat(200)),
        format!("expr {} 1", "\\( ".repeat(200)),
        format!("test {} a", "! ".repeat(200)),
        "a=1 ".repeat(500),
        "true && ".repeat(500) + "true",
        "true; ".repeat(500),
        format!("echo {}", "a".repeat(20_000)),
    ];
    for shell in SHELLS {
        for script in &deep {
            let outcome = run(shell, script);
            assert!(outcome.status.is_some(), "{shell}: {}", &script[..40]);
        }
    }
}

#[test]
fn a_first_process_ignores_what_it_does_not_handle() {
    let (mut machine, name) = machine_and_name("ash");
    let loop_of = "while true; do sleep 1; done";
    let mut process = machine.start(&[name, "-c", loop_of], false, Some(1));
    process.signal(15);
    assert_eq!(turns(&mut machine, &mut process, 100), None);
    process.signal(9);
    assert_eq!(turns(&mut machine, &mut process, 10), Some(137));
    // A trap is run when the command in the foreground is done.
    let trapped = format!("trap 'echo bye; exit 3' TERM; {loop_of}");
    let mut process = machine.start(&[name, "-c", &trapped], false, Some(1));
    assert_eq!(turns(&mut machine, &mut process, 25), None);
    process.signal(15);
    let before = machine.now_ms();
    assert_eq!(turns(&mut machine, &mut process, 100), Some(3));
    assert!(machine.now_ms() - before <= 1_000);
}

#[test]
fn a_process_can_be_cloned_in_the_middle() {
    let (mut machine, name) = machine_and_name("bash");
    let script = "for i in 1 2 3; do echo $i | cat; sleep 1; done > f; cat f";
    let mut process = machine.start(&[name, "-c", script], false, None);
    assert_eq!(turns(&mut machine, &mut process, 15), None);
    let (mut other_machine, mut other) = (machine.clone(), process.clone());
    assert_eq!(turns(&mut machine, &mut process, 100), Some(0));
    assert_eq!(turns(&mut other_machine, &mut other, 100), Some(0));
    let text = |machine: &mut Machine| machine.read("/tmp/lab/f").unwrap().to_text(100);
    assert_eq!(text(&mut machine), "1\n2\n3\n");
    assert_eq!(text(&mut other_machine), "1\n2\n3\n");
}

#[test]
fn a_terminal_has_a_prompt_and_goes_on_after_ctrl_c() {
    let (mut machine, name) = machine_and_name("bash");
    let mut process = machine.start(&[name], true, None);
    let mut talk = |process: &mut Process, typed: &str| {
        process.feed(typed.as_bytes());
        for _ in 0..50 {
            if process.run(&mut machine, 2_000) == Turn::Waiting {
                break;
            }
            machine.pass(10);
        }
        let text: Vec<u8> = process.take_output().into_iter().flat_map(|o| o.bytes).collect();
        String::from_utf8_lossy(&text).into_owned()
    };
    assert_eq!(talk(&mut process, ""), "root@web-0:/tmp/lab# ");
    assert_eq!(talk(&mut process, "echo hi\n"), "hi\nroot@web-0:/tmp/lab# ");
    assert_eq!(talk(&mut process, "cd /root; x=5\n"), "root@web-0:~# ");
    assert_eq!(talk(&mut process, "if true; then\n"), "> ");
    assert_eq!(talk(&mut process, "echo $x; fi\n"), "5\nroot@web-0:~# ");
    assert_eq!(
        talk(&mut process, "echo )\n").lines().next(),
        Some("bash: syntax error near unexpected token `)'")
    );
    assert_eq!(talk(&mut process, "sleep 100\n"), "");
    process.interrupt();
    assert_eq!(talk(&mut process, ""), "\nroot@web-0:~# ");
    assert_eq!(talk(&mut process, "echo $?\n"), "130\nroot@web-0:~# ");
    assert_eq!(talk(&mut process, "nosuch\n"), "bash: nosuch: command not found\nroot@web-0:~# ");
    process.feed(b"exit 4\n");
    assert_eq!(turns(&mut Machine::new(false), &mut process, 10), Some(4));
}

/// Pieces of which scripts are thrown together.
const PIECES: &[&str] = &[
    "echo",
    "cat",
    "x=1",
    "$x",
    "${x:-",
    "${x#",
    "}",
    "$(",
    ")",
    "`",
    "\"",
    "'",
    "\\",
    "\n",
    ";",
    "|",
    "&",
    "&&",
    "||",
    "<",
    ">",
    ">>",
    "<<E",
    "\nE\n",
    "2>&1",
    "if",
    "then",
    "else",
    "fi",
    "for i in a b",
    "while",
    "do",
    "done",
    "case x in",
    "x)",
    ";;",
    "esac",
    "{",
    "f() {",
    "f",
    "$((",
    "1+",
    "))",
    "*",
    "?",
    "[a",
    "]",
    "[[",
    "]]",
    "==",
    "-n",
    "!",
    "(",
    "test",
    "read y",
    "trap 'echo t' EXIT",
    "sleep 1",
    "exit",
    "break",
    "return 3",
    "set -e",
    "set --",
    "$@",
    "$*",
    "eval",
    "exec",
    "&>f",
    "<<<",
    "local z",
    "shift",
    "unset x",
    "export x",
    "printf '%d %s'",
    "sed s/a/b/",
    "grep -n",
    "sort",
    "head -1",
    "find .",
    "xargs",
    "ls -la",
    "rm -rf d",
    "mkdir d",
    "cd d",
    "seq 3",
    "tr a b",
    "cut -c1",
    "wc",
    "kill $$",
    "wait",
    "#",
    "~",
    "{1..3}",
    "a{b,c}",
    "\u{d30c}\u{b4dc}",
    "\0",
    "\r\n",
    "$'\\x",
    "${x/a/b}",
    "${#x}",
    "${!x}",
    "x+=2",
    "a=(1 2)",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn no_script_panics_or_exceeds_its_budget(
        pieces in prop::collection::vec((0..PIECES.len(), prop::bool::ANY), 1..30),
        shell in 0..3_usize,
    ) {
        let mut script = String::new();
        for (piece, space) in pieces {
            script.push_str(PIECES[piece]);
            if space {
                script.push(' ');
            }
        }
        let (mut machine, name) = machine_and_name(SHELLS[shell]);
        let mut process = machine.start(&[name, "-c", &script], false, None);
        for _ in 0..40 {
            if let Turn::Exited(_) = process.run(&mut machine, 500) {
                break;
            }
            process.take_output();
            machine.pass(200);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}", tool in 0..6_usize) {
        let (mut machine, _) = machine_and_name("bash");
        let words: &[&str] = match tool {
            0 => &["sed", &text],
            1 => &["grep", "-E", &text, "/etc/passwd"],
            2 => &["bash", "-c", &text],
            3 => &["expr", &text],
            4 => &["printf", &text, "1", "x"],
            _ => &["find", "/etc", &text],
        };
        machine.run(words, 5_000);
    }
}
