### words
echo one 'two  three' "four  five" six\ seven '' ""x
### comments
echo a # b
# c
echo d#e
### quotes-in-quotes
echo "a'b" 'c"d' "e\"f" "g\\h" "i\j" 'k\l'
### joined-lines
echo a \
b "c\
d"
### status-of-false
false; echo $?; true; echo $?
### and-or
true && echo yes || echo no; false && echo yes || echo no; false || false || echo third
### negated
! true; echo $?; ! false; echo $?
### if-elif-else
for x in 1 2 3; do if [ $x = 1 ]; then echo one; elif [ $x = 2 ]; then echo two; else echo other; fi; done
### while-and-break
i=0; while :; do i=$((i+1)); [ $i = 2 ] && continue; [ $i = 5 ] && break; echo $i; done; echo end $i
### nested-break
for a in 1 2; do for b in x y; do [ $b = y ] && break 2; echo $a$b; done; done; echo out
### until
i=3; until [ $i = 0 ]; do echo $i; i=$((i-1)); done
### case
for w in apple banana cherry x; do case $w in a*) echo A;; b?nana|berry) echo B;; [c-d]*) echo C;; *) echo else;; esac; done
### case-quoted-pattern
x='*'; case abc in "$x") echo literal;; $x) echo pattern;; esac
### case-status
case x in y) echo no;; esac; echo $?
### function
f() { echo "f got $# args: $1 $2"; return 3; }; f a b; echo $?
### function-local
x=1; f() { local x=2; echo in $x; }; f; echo out $x
### function-recursion
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1-1))) )); fi; }; fact 6
### subshell-variables
x=1; (x=2; echo $x); echo $x
### group-redirect
{ echo a; echo b; } > f; cat f
### pipeline-status
false | true; echo $?; true | false; echo $?
### pipeline-of-three
printf 'b\na\nc\n' | sort | head -n 2
### while-read
printf 'a b\nc d\n' | while read x y; do echo "$y-$x"; done
### heredoc
x=5
cat <<END
x is $x and $((x+1)) and $(echo sub) \$x
END
### heredoc-quoted
cat <<'END'
x is $x `no`
END
### heredoc-tabs
cat <<-END
	one
		two
	END
### two-heredocs
cat <<A; cat <<B
first
A
second
B
### herestring bash ash
cat <<< "hello world"
### background-wait
(sleep 0.1; echo late) & echo early; wait; echo done
### wait-status
(exit 7) & wait $!; echo $?
### exit-status
(exit 42); echo $?
### exit-in-middle
echo a; exit 5; echo b
### errexit
set -e; echo a; false; echo b
### errexit-condition
set -e; if false; then echo x; fi; false || echo ok; ! true; echo still
### errexit-function
set -e; f() { false; echo in; }; f || echo failed; f; echo not reached
### nounset
set -u; echo $nothing; echo after
### xtrace
set -x; x=1; echo "a b" $x; [ $x = 1 ] && echo yes
### noexec-syntax-error
echo start
if then fi
### unexpected-paren
echo )
### unexpected-done
echo hi; done
### unterminated-quote
echo "abc
### unterminated-if
if true; then echo a
### not-found
nosuchcommand; echo $?
### not-found-path
/no/such; echo $?
### directory-as-command
/tmp; echo $?
### permission
echo hi > f; ./f; echo $?
### script-without-shebang
echo 'echo from $0 $1' > f; chmod +x f; ./f x
### script-with-shebang
printf '#!/bin/sh\necho script $#\n' > f; chmod +x f; ./f a b c
### script-with-missing-interpreter
printf '#!/bin/nosuchsh\necho script\n' > f; chmod +x f; ./f; echo $?
### redirect-errors
cat < missing; echo $?; echo x > no/dir; echo $?; echo x > /tmp; echo $?
### redirect-stderr
ls missing 2> err; cat err
### redirect-both
ls missing > all 2>&1; cat all
### redirect-order
(echo out; echo err >&2) 2>&1 >/dev/null
### redirect-append
echo a > f; echo b >> f; cat f
### redirect-input
printf '1\n2\n' > f; while read l; do echo "got $l"; done < f
### noclobber
set -C; echo a > f; echo b > f; echo $?; echo c >| f; cat f
### close-fd
echo x >&-; echo $?
### fd3
exec 3> f; echo three >&3; exec 3>&-; cat f
### eval
x='echo $y'; y=5; eval $x; eval "$x" extra
### dot
echo 'z=9; echo sourced' > lib; . ./lib; echo $z
### dot-missing
. ./nolib; echo after $?
### trap-exit
trap 'echo bye' EXIT; echo hi
### trap-exit-status
trap 'echo bye $?' EXIT; exit 3
### trap-signal
trap 'echo got' USR1; kill -USR1 $$; echo after
### trap-list
trap 'echo x' INT TERM; trap
### kill-self
kill -TERM $$; sleep 1; echo not reached
### positional
set -- a 'b c' d; echo $# "$1" "$2" "$3"; shift; echo $# $1; shift 2; echo $#
### star-at
set -- 'a b' c; for x in "$@"; do echo "[$x]"; done; for x in "$*"; do echo "[$x]"; done; for x in $@; do echo "[$x]"; done
### empty-at
set --; for x in "$@"; do echo "[$x]"; done; echo "n=$#"; echo a"$@"b
### command-v
command -v cd; command -v nosuch; echo $?; command -v if
### unset
x=1; unset x; echo "[$x]"; f() { echo f; }; unset -f f; f
### readonly
readonly x=1; x=2; echo after
### export-env
export FOO=bar; env | grep ^FOO; BAZ=1 env | grep ^BAZ; env | grep ^BAZ
### double-brackets bash
[[ abc == a* && 1 -lt 2 ]] && echo yes; [[ abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[1]}; [[ -z "" ]] && echo empty; [[ a < b ]] && echo less; [[ ! -f nofile ]] && echo none
### arithmetic-command bash
((x = 3 + 4)); echo $x; ((0)); echo $?; for ((i=0; i<3; i++)); do echo $i; done
### braces bash
echo a{b,c}d {1..5} {a..e..2} {01..03} x{y,{1,2}}z {single} {}
### arrays bash
a=(one "two three" four); echo ${a[1]} ${#a[@]}; for x in "${a[@]}"; do echo "[$x]"; done; a+=(five); echo ${a[-1]} ${a[@]}
### ampersand-redirect bash
{ echo out; echo err >&2; } &> f; cat f
### pipefail bash ash
set -o pipefail; false | true; echo $?
### loops-redirect
for i in 1 2; do echo $i; done > f; cat f
### subst-in-quotes
echo "$(echo "a b")" $(echo "c   d")
### backquotes
echo `echo a \`echo b\``
### nested-subst
echo $(echo $(echo deep))
### trailing-newlines
x=$(printf 'a\n\n\n'); echo "[$x]"
### assignment-order
x=1 y=$x; echo $y
### assignment-status
x=$(false); echo $?; x=$(exit 3) true; echo $?
### alias-free
type cd; type nosuch; echo $?
### semicolons-error
;; echo
### pid
[ "$$" -gt 0 ] && echo ok; (echo $$) | grep -q "^$$\$" && echo same
### colon
: a b c; echo $?
### test-errors
[ 1 -eq a ]; echo $?; [ a b ]; echo $?; [ a = b; echo $?
### test-files
touch f; mkdir d; ln -s f l; [ -f f ] && echo f; [ -d d ] && echo d; [ -L l ] && echo l; [ -e no ] || echo no; [ -s f ] || echo empty
### printf
printf '%s-%d-%5.2f|%-5s|%05d|%x\n' abc 42 3.14159 ab 42 255; printf '%s\n' a b c; printf 'no newline'
### printf-escapes
printf 'a\tb\\n\101\n'; printf '%b' 'x\ty\n'; printf '%%\n'; printf '%c%c\n' abc def
### printf-errors
printf '%d\n' abc; echo $?; printf; echo $?
### echo-options
echo -n a; echo -e 'b\tc'; echo -E 'd\te'; echo 'f\tg'
### cd-errors
cd /nosuch; echo $?; cd /tmp/lab; pwd; cd ..; pwd; cd -; cd; pwd
### umask
umask; umask 077; umask; touch f; ls -l f | cut -c1-10
### getopts
set -- -a -b val rest; while getopts ab: o; do echo "$o $OPTARG"; done; shift $((OPTIND-1)); echo $1
### read-fields
echo 'a b c d' | (read x y; echo "$x|$y"); echo '  lead trail  ' | (read x; echo "[$x]"); echo 'a:b:c' | (IFS=: read x y; echo "$x $y")
### read-raw
printf 'a\\b\n' | (read x; echo "$x"); printf 'a\\b\n' | (read -r x; echo "$x")
### read-eof
printf 'partial' | (read x; echo $? $x)
### exec-redirect
exec > f; echo hidden; exec >&2; cat f
### deep-recursion-bound bash
f() { f; }; FUNCNEST=0; echo skip
