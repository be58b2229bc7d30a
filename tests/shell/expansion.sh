### defaults
unset x; echo ${x:-d} ${x-d} [${x:+y}] ${x:=set} $x; x=; echo [${x:-d}] [${x-d}] [${x:+y}] [${x+y}]; x=v; echo ${x:-d} ${x:+y} ${x+y}
### error-unset
echo ${x?}; echo after
### error-message
echo ${x:?is not there}; echo after
### trim
f=/a/b.c/d.tar.gz; echo ${f##*/} ${f#*/} ${f%.*} ${f%%.*} ${f%/*} ${f#nothing}
### trim-quoted
x='a*b*c'; echo ${x#a\*} "${x%'*'*}" ${x##*'*'}
### length
x=hello; echo ${#x}; set -- a b c; echo ${#} $#; y=; echo ${#y}; echo ${#nothing}
### nested
x=1; echo ${y:-${z:-$x}} "${y:-a b}" ${y:-"c  d"} ${y:-$(echo sub)}
### arithmetic
echo $((1+2*3)) $(((1+2)*3)) $((7/2)) $((7%3)) $((-7/2)) $((2>1)) $((1&&0)) $((1||0)) $((!5)) $((~5)) $((5&3)) $((5|3)) $((5^3)) $((1<<4)) $((256>>2)) $((1?2:3))
### arithmetic-variables
x=5; echo $((x+1)) $(($x*2)) $((y)) $((x+=3)) $x; i=0; echo $((i=i+1)) $i
### arithmetic-bases
echo $((0x1f)) $((010)); x=0x10; echo $((x))
### arithmetic-increments bash ash
i=5; echo $((i++)) $i $((++i)) $((i--)) $i; echo $((2**10))
### arithmetic-errors bash
echo $((1/0)); echo after
### arithmetic-errors-others dash ash
echo $((1/0)); echo after
### arithmetic-bad
echo $((1+)); echo after
### splitting
x='a  b c'; for w in $x; do echo "[$w]"; done; for w in "$x"; do echo "[$w]"; done; IFS=:; y=a:b::c; for w in $y; do echo "[$w]"; done
### splitting-empty
x=; for w in $x; do echo "[$w]"; done; for w in "$x"; do echo "[$w]"; done; for w in a$x; do echo "[$w]"; done
### splitting-ends
IFS=,; x=,a,,b,; for w in $x; do echo "[$w]"; done
### splitting-mixed
IFS=' ,'; x=' a , b ,, c '; for w in $x; do echo "[$w]"; done
### joined-star
set -- a b c; IFS=-; echo "$*"; echo "$@"; echo $*; IFS=; echo "$*"
### adjacent
x='1 2'; for w in a$x"b c"d; do echo "[$w]"; done
### at-in-word
set -- 1 2; for w in "a$@b"; do echo "[$w]"; done; for w in x"$@"; do echo "[$w]"; done
### command-substitution
echo $(echo a; echo b) "$(printf '1\n2\n')"; x=$(cat <<E
here
E
); echo $x
### backslashes
echo a\\b "a\\b" 'a\\b' "\$x" \$x "a\zb" a\zb
### special-parameters
set -- one; echo $# $1 ${1} $0 | sed 's/bash/sh/'; true; echo $?; echo $-  > /dev/null; echo ${10}x
### many-arguments
set -- a b c d e f g h i j k; echo ${10} ${11} $10
### pattern-replace bash ash
x=banana; echo ${x/an/AN} ${x//an/AN} ${x/#b/B} ${x/%a/A} ${x//a} ${x/nothing/y}
### substring bash ash
x=abcdef; echo ${x:2} ${x:1:3} ${x: -2} ${x:0:1} ${x:2:0}x
### case-change bash
x=hello; echo ${x^} ${x^^}; y=WORLD; echo ${y,} ${y,,}
### indirect bash
x=y; y=value; echo ${!x}
### ansi-quotes bash ash
echo $'a\tb\n\x41'
### bad-substitution
echo before; echo ${seq 0 9}; echo after
### bad-substitution-in-script
printf 'echo start\nSET=${seq 0 9}\necho end\n' > s; sh ./s; echo $?
### lecture-loop
printf '#!/bin/bash\ntrap "exit" SIGINT\nmkdir htdocs\nSET=$(seq 0 2)\nfor i in $SET\ndo\n echo "Running loop seq " $i > htdocs/index.html\n sleep 0.1\ndone\ncat htdocs/index.html\n' > s; sh ./s
### quotes-in-substitution
echo "$(echo "in \"quotes\"")" "`echo "a b"`"
### dollar-alone
echo $ a$ "$" $/x "a$"
### unquoted-glob-in-variable
touch a1 a2; x='a*'; echo $x "$x" '$x'
### colon-assign
: ${a:=1} ${b:=2}; echo $a$b
### assignment-no-split
x='a  b'; y=$x; echo "$y"; export Z=$x; echo "$Z"
### assignment-prefix
x=1; x=2 true; echo $x; f() { echo $x; }; x=3 f; echo $x
### plus-equals bash
x=a; x+=b; echo $x
### read-ifs
echo 'a:b c' | (IFS=: read x y; echo "[$x][$y]")
### long-pipeline
echo a | cat | cat | cat | cat | tr a b
### comment-in-substitution
echo $(echo a # comment
)
### case-in-substitution
echo $(case a in a) echo yes;; esac)
### heredoc-expansions
x=5; cat <<E
$x ${x}y $((x+1)) `echo b` "q" 'r' \$x \\ \a
E
### heredoc-in-function
f() { cat <<E
in $1
E
}; f one; f two
### heredoc-pipe
cat <<E | tr a-z A-Z
shout
E
