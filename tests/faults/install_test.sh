#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make install` puts below a prefix works there, without the source tree and the build tree.
# Usage: install_test.sh QUINTET BUILD_DIR SOURCE_DIR
set -u
QUINTET=$1
build=$2
source=$3
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

root=$work/root
check 'it installs' env DESTDIR="$root" cmake --install "$build" --prefix /opt/quintet >log 2>&1
usr=$root/opt/quintet
check 'below the prefix only' test "$(ls "$root")" = opt
for file in bin/quintet share/man/man1/quintet.1 share/bash-completion/completions/quintet \
    share/zsh/site-functions/_quintet share/fish/vendor_completions.d/quintet.fish share/doc/quintet/LICENSE \
    share/doc/quintet/README.md share/doc/quintet/REPORT.md share/doc/quintet/docs/methodology.md \
    share/doc/quintet/results/README.md; do
    check "$file is there" test -s "$usr/$file"
done
"$QUINTET" help --completion bash >completion
check 'the completion is up to date' cmp -s completion "$usr/share/bash-completion/completions/quintet"
check 'nothing may be written by others' test -z "$(find "$usr" ! -type l -perm /022)"

# The documents' links to each other hold (REPORT.md and results/README.md name what only a run has).
find "$usr/share/doc/quintet" -name '*.md' ! -path '*/reference/*' >documents
while read -r document; do
    grep -oE '\]\([^)#:]+\)' "$document" | sed 's/^](//; s/)$//' | while read -r link; do
        case $link in strategies/* | workloads/* | harness/* | tests/* | scripts/* | cmake/* | ../*) continue ;; esac
        [ -e "$(dirname "$document")/$link" ] || echo "$document: $link"
    done
done <documents >broken
check "links hold: $(cat broken)" test ! -s broken

# Debug information names sources; the program's own data must not.
strip -o bare "$usr/bin/quintet"
check 'the program does not name the build' sh -c "! grep -aqF -e '$build' -e '$source' bare"
check 'no search path for libraries' sh -c "! readelf -d '$usr/bin/quintet' | grep -qE 'R(UN)?PATH'"

# It runs where source and build are not to be seen.
cat >hidden <<END
#!/bin/sh
exec unshare -Urm sh -c 'mount -t tmpfs none "\$1" && mount -t tmpfs none "\$2" && shift 2 && exec "\$@"' sh \
    '$source' '$build' "\$@"
END
printf '#!/bin/sh\nexec ./hidden "%s" "$@"\n' "$usr/bin/quintet" >hidden_quintet
chmod +x hidden hidden_quintet
QUINTET=$usr/bin/quintet
case $work/ in
"$build"/* | "$source"/*) echo 'SKIPPED: the test itself lies in the tree that would be hidden' ;;
*)
    if ./hidden true 2>/dev/null; then
        check 'source and build are hidden' ./hidden test ! -e "$source/CMakeLists.txt"
        QUINTET=./hidden_quintet
    else
        echo 'SKIPPED: hiding the source tree needs user and mount namespaces'
    fi
    ;;
esac
expect 0 '' --version
expect 0 '' run --profile smoke --blocks 2 --workload sha256 --strategy serial,coroutines,processes --in-flight 2 --quiet \
    --gnuplot /nonexistent
check 'results lie in the working directory' sh -c 'test -s results/2*/REPORT.md'
expect 0 '' verify
reference=$(echo "$usr"/share/quintet/reference/amd*)
expect 0 '' verify "$reference"
expect 0 '' reproduce "$reference" --dry-run
check 'the documents lead to the reference run' test -s "$usr/share/doc/quintet/results/reference/${reference##*/}/run.json"

finish
