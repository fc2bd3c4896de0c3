#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Debian package: what is in it, what it depends on, and that the program in it runs.
# Usage: deb_test.sh BUILD_DIR (status 77 where there are no tools for it)
set -u
build=$1
QUINTET=
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
for tool in cpack dpkg-deb dpkg-shlibdeps gzip; do
    command -v $tool >/dev/null || { echo "SKIPPED: no $tool here"; exit 77; }
done

if ! cpack --config "$build/CPackConfig.cmake" -B "$work/packed" >log 2>&1; then
    not_ok "cpack: $(tail -5 log)"
    finish
    exit
fi
deb=$(ls packed/*.deb)
field() { dpkg-deb -f "$deb" "$1"; }
check 'one package, named as Debian does' test "$deb" = \
    "packed/quintet_$(field Version)_$(dpkg --print-architecture).deb"
for library in libc6 libhwloc15 libjansson4 libssl3 liburing2; do
    case $(field Depends) in *"$library"*) ok ;; *) not_ok "no dependency on $library: $(field Depends)" ;; esac
done
check 'gnuplot is recommended' test "$(field Recommends)" = 'gnuplot-nox | gnuplot'
check 'a synopsis of one line' sh -c "dpkg-deb -f '$deb' Description | head -1 | grep -Eq '^[a-z].{20,70}$'"

dpkg-deb -x "$deb" root
for file in bin/quintet share/man/man1/quintet.1.gz share/bash-completion/completions/quintet \
    share/zsh/vendor-completions/_quintet share/fish/vendor_completions.d/quintet.fish share/doc/quintet/copyright \
    share/doc/quintet/changelog.gz share/doc/quintet/README.md share/doc/quintet/docs/methodology.md; do
    check "$file is there" test -s "root/usr/$file"
done
check 'a reference run is there, and the documents lead to it' sh -c 'test -s root/usr/share/doc/quintet/results/reference/amd*/run.json'
check 'nothing outside of /usr' test "$(ls root)" = usr
check 'all belongs to root' sh -c "! dpkg-deb -c '$deb' | grep -v ' root/root '"
check 'nothing may be written by others' sh -c "! dpkg-deb -c '$deb' | grep -v '^l' | grep -E '^.{5}w|^.{8}w'"
check 'the program is stripped' sh -c '! readelf -S root/usr/bin/quintet | grep -q debug_info'
check 'the manual page is whole' sh -c "gzip -dc root/usr/share/man/man1/quintet.1.gz | grep -q '^.Sh EXIT STATUS'"
check 'sums are right' sh -c "dpkg-deb -e '$deb' control && cd root && md5sum -c --quiet ../control/md5sums"

QUINTET=root/usr/bin/quintet
expect 0 '' verify root/usr/share/quintet/reference/amd*
expect 0 '' run --profile smoke --blocks 1 --workload sha256 --strategy serial --in-flight 1 --quiet --gnuplot /nonexistent
if command -v lintian >/dev/null; then
    check "lintian: $(lintian --allow-root --tag-display-limit 0 "$deb" 2>&1 | tee lintian)" test ! -s lintian
fi

finish
