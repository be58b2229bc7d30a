#!/usr/bin/env python3
"""Runs the scripts of tests/shell/*.sh in real shells and writes down what they answer.

    python3 tests/shell/record.py [FILE.sh ...]

Needs bash, dash and busybox (`apt-get install busybox`); tests/shell/SOURCE.md has the versions of
the last record. Each script starts in an empty /tmp/lab. A line `### NAME [SHELLS]` begins a
script. The answers are in NAME.bash.txt, NAME.dash.txt and NAME.ash.txt: exit status, then lines
of standard output (`1|`) and of standard error (`2|`); `\\` instead of `|`: no end of line.
"""
import os, pathlib, shutil, subprocess, sys

HERE = pathlib.Path(__file__).parent
LAB = pathlib.Path("/tmp/lab")
APPLETS = pathlib.Path("/tmp/applets")
SHELLS = {"bash": ("/bin/bash", "bash"), "dash": ("/bin/dash", "sh"), "ash": ("/bin/busybox", "sh")}


def lines(stream, data):
    text = data.decode("utf-8", "replace")
    out = []
    for line in text.splitlines(keepends=True) if "\r" not in text else text.split("\n"):
        whole = line.endswith("\n")
        out.append(f"{stream}{'|' if whole else chr(92)}{line.rstrip(chr(10))}")
    return out


def scripts(path):
    name, shells, body = None, None, []
    for line in path.read_text().splitlines(keepends=True):
        if line.startswith("### "):
            if name:
                yield name, shells, "".join(body)
            words = line[4:].split()
            name, shells, body = words[0], words[1:] or list(SHELLS), []
        else:
            body.append(line)
    if name:
        yield name, shells, "".join(body)


def run(shell, script):
    program, name = SHELLS[shell]
    if LAB.exists():
        subprocess.run(["rm", "-rf", str(LAB)], check=True)
    LAB.mkdir(parents=True)
    path = str(APPLETS) if shell == "ash" else "/usr/sbin:/usr/bin:/sbin:/bin"
    env = {"PATH": path, "HOME": "/root", "LC_ALL": "C"}
    done = subprocess.run([name, "-c", script], executable=program, cwd=LAB, env=env,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
    status = done.returncode if done.returncode >= 0 else 128 - done.returncode
    return [f"exit {status}"] + lines("1", done.stdout) + lines("2", done.stderr)


def main():
    APPLETS.mkdir(exist_ok=True)
    subprocess.run(["busybox", "--install", "-s", str(APPLETS)], check=True)
    files = [pathlib.Path(a) for a in sys.argv[1:]] or sorted(HERE.glob("*.sh"))
    for path in files:
        out = {shell: [] for shell in SHELLS}
        for name, shells, body in scripts(path):
            for shell in shells:
                out[shell] += [f"### {name}"] + run(shell, body)
        for shell, text in out.items():
            target = path.with_suffix(f".{shell}.txt")
            if text:
                target.write_text("\n".join(text) + "\n")
            elif target.exists():
                target.unlink()


main()
