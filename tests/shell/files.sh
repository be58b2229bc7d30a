### ls bash ash
touch b a .hidden; mkdir d; touch d/x; ls; ls -a; ls -A; ls -1; ls -d d; ls d; ls d a; ls -R; ls -F; ls missing; echo $?
### ls-long bash ash
echo hello > f; chmod 640 f; mkdir d; ln -s f l; ls -l f | cut -d' ' -f1-4; ls -ld d | cut -c1-10; ls -l l | sed 's/.* l/l/'; ls -ln f | cut -c1-16; ls -l . | head -1
### ls-sort bash ash
printf aaa > big; printf a > small; ls -S; ls -r; ls -i big | wc -w; ls -s big | wc -w
### mkdir bash ash
mkdir a; mkdir a; echo $?; mkdir x/y; echo $?; mkdir -p x/y/z; ls -R x; mkdir -m 700 m; ls -ld m | cut -c1-10; mkdir; echo $?; mkdir -v v
### rmdir bash ash
mkdir -p a/b; rmdir a; echo $?; rmdir a/b a; ls; rmdir none; echo $?; mkdir -p p/q; rmdir -p p/q; ls
### rm bash ash
touch a b; mkdir d; touch d/x; rm a; rm d; echo $?; rm -r d; rm none; echo $?; rm -f none; echo $?; rm; echo $?; ls; rm -rf b none; ls; rm -r .; echo $?
### cp bash ash
echo one > a; cp a b; cat b; mkdir d; cp a d; ls d; cp d e; echo $?; cp -r d e; ls e; cp none x; echo $?; cp a b c; echo $?; cp a; echo $?; cp a a; echo $?
### cp-keeps bash ash
echo x > a; chmod 600 a; ln -s a l; cp -p a b; ls -l b | cut -c1-10; cp -a l m; ls -l m | cut -c1; cp l n; ls -l n | cut -c1
### cp-tree bash ash
mkdir -p s/t; echo 1 > s/t/f; cp -r s d; cp -r s d; find d | sort
### mv bash ash
echo one > a; mv a b; ls; mkdir d; mv b d; ls d; mv none x; echo $?; mv d e; ls; touch p q; mv p q; ls; mv q e/new; ls e; mv p q r; echo $?
### touch bash ash
touch f; ls; touch no/f; echo $?; touch -c nofile; ls; touch; echo $?; touch -d "2026-12-02 03:04:05" f; date -u -r f +%Y 2>/dev/null | head -1; stat -c %Y f
### ln bash ash
echo x > a; ln a b; ln -s a s; cat b s; ls -l a | cut -d' ' -f2; readlink s; ln -s a s; echo $?; ln -sf b s; readlink s; ln none y; echo $?; ln -s none dangling; cat dangling; echo $?; [ -e dangling ] || echo broken
### chmod bash ash
touch f; chmod 755 f; ls -l f | cut -c1-10; chmod u-x,g+w f; ls -l f | cut -c1-10; chmod a=r f; ls -l f | cut -c1-10; chmod +x f; ls -l f | cut -c1-10; chmod u+s,o+t f; ls -l f | cut -c1-10; chmod 999 f; echo $?; chmod 644 none; echo $?; chmod -x f; ls -l f | cut -c1-10
### chmod-tree bash ash
mkdir -p d/e; touch d/f; chmod -R go-rwx d; ls -ld d d/e d/f | cut -c1-10; chmod -R a+rX d; ls -ld d d/e d/f | cut -c1-10
### chown bash ash
touch f; chown nobody f; ls -l f | cut -d' ' -f3; chown root:www-data f; stat -c '%U %G' f; chown 1000:1000 f; stat -c '%u %g' f; chown nosuchuser f; echo $?; chgrp nosuchgroup f; echo $?; chown root none; echo $?
### stat bash ash
printf hello > f; chmod 644 f; stat -c '%n %s %a %F' f; mkdir d; stat -c '%F' d; ln -s f l; stat -c '%N' l | tr -d "'"; stat -c %A f; stat none; echo $?
### readlink bash ash
mkdir d; ln -s d l; readlink l; readlink d; echo $?; readlink -f l; readlink -f nofile; realpath l; realpath none/x; echo $?
### find bash ash
mkdir -p a/b; touch a/x.txt a/b/y.txt a/b/z; find a | sort; find a -name '*.txt' | sort; find a -type d | sort; find a -maxdepth 1 | sort; find a -type f -name 'z'; find none; echo $?
### find-more bash ash
mkdir d; printf 12345 > d/five; touch d/empty; find d -size +3c -type f; find d -empty; find d -type f ! -name five; find d -name five -o -name empty | sort; find d -type f -exec echo got {} \; | sort; find d -type f -exec echo {} + | wc -w; find d -name empty -delete; ls d; find d \( -name five -o -name no \) -print
### du bash ash
mkdir d; dd if=/dev/zero of=d/f bs=1024 count=10 2>/dev/null; du d; du -s d; du -h d/f; du -k d/f | cut -f1; du none; echo $?
### dd bash ash
dd if=/dev/zero of=f bs=1024 count=3 2>/dev/null; wc -c < f; printf 0123456789 > g; dd if=g bs=1 skip=3 count=4 2>/dev/null; echo; dd if=none of=x; echo $?; dd if=/dev/zero bs=4 count=2 2>&1 >/dev/null | head -2; printf abc | dd of=h 2>/dev/null; cat h
### truncate bash ash
truncate -s 5 f; wc -c < f; truncate -s 1k g; wc -c < g; printf hello > h; truncate -s 2 h; cat h
### mktemp bash ash
x=$(mktemp); [ -f "$x" ] && echo file; y=$(mktemp -d); [ -d "$y" ] && echo dir; rm -r "$x" "$y"
### id bash ash
id; id -u; id -un; id -g; id nobody; id nosuch; echo $?; whoami
### which bash ash
which nosuchcmd; echo $?; which sh | grep -c sh
### glob bash dash ash
touch a.txt b.txt c.md .h; echo *.txt; echo *; echo ?.md; echo [ab]*; echo *.none; echo '*'; echo .*h; mkdir d; touch d/x; echo d/*; echo */x; echo [!a]*
### glob-off bash dash ash
touch a b; set -f; echo *; set +f; echo *
### tilde bash dash ash
echo ~ ~/x "~" ~root; x=~/y; echo $x
### permissions-denied bash ash
mkdir d; touch d/f; chmod 000 d; ls -ld d | cut -c1-10; chmod 755 d; ls d
### append-create bash dash ash
echo a >> new; cat new; : > new; wc -c < new; > new2; ls
### here-to-file bash dash ash
cat > f <<END
line one
line two
END
wc -l < f
### special-files bash dash ash
echo x > /dev/null; cat /dev/null; echo y > /dev/stderr; echo z | cat /dev/stdin; echo full > /dev/full; echo $?
### cwd-gone bash
mkdir d; cd d; pwd; cd ..; rmdir d; ls
### symlink-cd bash dash ash
mkdir real; ln -s real link; cd link; pwd; pwd -P; cd ..; pwd
