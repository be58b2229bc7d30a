### cat bash ash
printf 'a\nb\n' > f; cat f; cat f - < f; cat -n f; cat missing; echo $?; cat .; echo $?
### cat-options bash ash
printf 'a\tb\n\n\n\nc' > f; cat -A f; cat -s f; cat -b f
### head bash ash
seq 20 > f; head -n 3 f; head -2 f; head -c 5 f; head -n 2 f f; head missing; echo $?; head -n x f; echo $?
### head-negative bash
seq 5 | head -n -2
### tail bash ash
seq 20 > f; tail -n 3 f; tail -2 f; tail -c 4 f; tail -n +18 f; tail missing; echo $?
### wc bash ash
printf 'one two\nthree\n' > f; wc f; wc -l f; wc -w < f; wc -c f f; wc < f; printf abc | wc -l; wc missing; echo $?
### sort bash ash
printf 'b 2\na 10\nc 1\na 10\n' > f; sort f; sort -r f; sort -u f; sort -k2 -n f; sort -k 2,2nr f; sort -t' ' -k2 f; sort missing; echo $?
### sort-numeric bash ash
printf '10\n9\n-1\n0.5\n' | sort -n; printf '10\n9\n' | sort
### uniq bash ash
printf 'a\na\nb\na\n' > f; uniq f; uniq -c f; uniq -d f; uniq -u f; sort f | uniq -c | sort -rn
### cut bash ash
echo 'a:b:c' > f; cut -d: -f2 f; cut -d: -f1,3 f; cut -d: -f2- f; cut -c1-3 f; cut -c 2 f; echo nodelim | cut -d: -f1; echo nodelim | cut -s -d: -f1
### tr bash ash
echo hello | tr a-z A-Z; echo hello | tr -d l; echo aabbcc | tr -s a-c; echo 'a b' | tr ' ' '\n'; echo abc123 | tr -cd '0-9\n'; echo hello | tr '[:lower:]' '[:upper:]'; echo abc | tr abc x
### tee bash ash
echo hi | tee f g; cat f g; echo more | tee -a f > /dev/null; cat f; echo x | tee /no/such; echo $?
### grep bash ash
printf 'apple\nBanana\ncherry\n' > f; grep an f; echo $?; grep -i ban f; grep -v a f; grep -n e f; grep -c a f; grep -q zzz f; echo $?; grep zzz f; echo $?; grep x missing; echo $?
### grep-patterns bash ash
printf 'a.b\naxb\nab\naab\n' > f; grep 'a.b' f; echo --; grep -F a.b f; echo --; grep '^ab$' f; echo --; grep -E 'a+b' f; echo --; grep 'a\+b' f; echo --; grep -E '(a|x)b' f; echo --; grep -o 'a*b' f; grep -w ab f; grep -x ab f
### grep-files bash ash
mkdir d; echo one > d/a; echo two > d/b; grep -r o d | sort; grep -l o d/a d/b; grep -h o d/a d/b; grep -L two d/a d/b; grep o d; echo $?
### grep-context bash ash
seq 10 > f; grep -A1 5 f; grep -B1 5 f; grep -C1 5 f; grep -m 2 1 f
### grep-errors bash ash
grep; echo $?; grep '[' f; echo $?
### sed-substitute bash ash
echo 'hello world' > f; sed 's/o/0/' f; sed 's/o/0/g' f; sed 's/o/0/2' f; sed 's/\(h.*\) \(w.*\)/\2 \1/' f; sed -E 's/(l+)/[\1]/' f; sed 's,/,-,g; s/w/W/' f; sed 's/hello/& &/' f; sed -n 's/o/0/p' f; sed 's/HELLO/x/I' f
### sed-lines bash ash
seq 10 > f; sed -n 3p f; sed 2,9d f; sed -n '/3/,/5/p' f; sed '$d' f | tail -1; sed -n '$p' f; sed '1!d' f; sed 3q f; sed -n '2~3p' f; sed '/[2-9]/d' f; sed -n '8,$p' f; sed = f | head -4
### sed-text bash ash
seq 3 > f; sed '2a after' f; sed '2i before' f; sed '2c changed' f; sed 'y/123/abc/' f; sed -e 1d -e 's/3/three/' f; sed '2{s/2/two/;s/w/W/}' f
### sed-join bash ash
seq 4 > f; sed ':a;N;$!ba;s/\n/,/g' f; sed 'N;s/\n/+/' f; sed -n 'h;n;G;p' f; sed '1!G;h;$!d' f
### sed-in-place bash ash
echo one > f; sed -i 's/one/two/' f; cat f; sed -i.bak 's/two/three/' f; cat f f.bak
### sed-errors bash
sed 's/a/b' /dev/null; echo $?; sed 's/a/b/x' /dev/null; echo $?; sed k /dev/null; echo $?; sed p missing; echo $?; sed ''  missing; echo $?
### seq bash ash
seq 3; seq 2 4; seq 1 2 6; seq 3 -1 1; seq -s, 3; seq -w 8 10; seq 0.5 0.5 2; seq 5 1; seq x; echo $?
### expr bash ash
expr 1 + 2; expr 7 / 2; expr 7 % 2; expr 2 \* 3; expr abc : 'a\(.\)c'; expr length hello; expr 1 = 1; expr 1 \> 2; echo $?; expr substr hello 2 3; expr 1 / 0; echo $?; expr a + 1; echo $?
### basename bash ash
basename /a/b/c.txt; basename /a/b/c.txt .txt; basename /; basename a/; dirname /a/b/c; dirname a; dirname /a; dirname a/b/
### rev-tac bash ash
printf 'abc\ndef\n' > f; rev f; tac f
### sums bash ash
printf hello > f; md5sum f; sha256sum f; printf hello | md5sum; printf '' | sha256sum; md5sum missing; echo $?
### base64 bash ash
printf 'hello world' | base64; printf 'aGVsbG8=\n' | base64 -d; seq 100 | base64 | head -2
### xargs bash ash
printf 'a b\nc\n' | xargs echo; printf 'a b\nc\n' | xargs -n 1 echo x; printf 'a\nb\n' | xargs -I{} echo [{}]; echo | xargs echo none; printf 'x\0y z\0' | xargs -0 -n1 echo
### env bash ash
env -i A=1 B=2 env | sort; A=5 env | grep '^A='; env -u HOME sh -c 'echo [$HOME]'; env nosuch; echo $?
### yes-head bash ash
yes | head -3; yes no | head -n 2
### pipes-end bash ash
seq 100000 | head -1; yes | sed 2q; cat /dev/zero | head -c 10 | wc -c
### comm-like bash ash
printf 'a\nb\n' > f; printf 'a\nc\n' > g; cmp f g; echo $?; cmp f f; echo $?
### nl bash ash
printf 'a\n\nb\n' | nl
### tail-follow bash ash
echo one > f; (sleep 0.3; echo two >> f) & timeout 2 tail -f f; echo $?
### timeout bash ash
timeout 1 sleep 5; echo $?; timeout 5 true; echo $?; timeout 5 sh -c 'exit 3'; echo $?
### date bash ash
date -u -d @1793700000 +%Y-%m-%dT%H:%M:%S; date -u -d @1793610000 '+%a %b %d %T %Z %Y' | cut -c1-28; date -u -d '2026-11-02 09:30:00' +%s; date -u -d @1793610000
### test-tool bash ash
env test 1 -lt 2; echo $?; env [ a = b ]; echo $?; env printf '%s\n' x; env echo -n hi; env pwd
