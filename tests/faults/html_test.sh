#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# report.html in a real browser: it works, complains of nothing, fetches nothing, and lets nobody in.
# Usage: html_test.sh QUINTET        77: there is no Chromium here
set -u
QUINTET=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"
cd "$work" || exit 1
for browser in chromium chromium-browser google-chrome ''; do
    command -v "$browser" >/dev/null && break
done
[ -n "$browser" ] || {
    echo 'skipped: there is no Chromium here'
    exit 77
}

# visit FILE[#FRAGMENT] OPTIONS...: the page as the browser sees it is in dom, what it said in log, its traffic in net.
# Browsers have errands of their own: no name is resolved for them.
visit() {
    page=$1
    shift
    timeout -k 5 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" \
        --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1' --disable-background-networking --disable-sync \
        --disable-component-update --disable-extensions --disable-default-apps --no-first-run --no-proxy-server \
        --log-net-log="$work/net" --enable-logging=stderr --virtual-time-budget=5000 "$@" --dump-dom \
        "file://$work/$page" >dom 2>log </dev/null
}
title() { sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' dom | head -n 1; }
quiet() { ! grep -q 'CONSOLE' log; }

expect 0 '' run --profile smoke --quiet --blocks 6 --workload sha256,fib --strategy serial,pool,threads --in-flight 2,4,8
run=$(echo results/2*)
check 'the page is there' [ -s "$run/report.html" ]
expect 0 '' report "$run"
check 'and is named' grep -q '^Page:.*report.html' out

# A machine whose words would like to be more than words.
sed -i '/"cpu.model":/,/}/s/"v": "[^"]*"/"v": "<script>owned()<\/script><img src=http:\/\/127.0.0.1:9\/ onerror=owned()>\\" onload=\\"owned()"/' \
    "$run/env.json"
(cd "$run" && sha256sum run.json plan.json env.json trials.jsonl hist/* >SHA256SUMS)
expect 0 '' report "$run"
cp "$run/report.html" page.html
check 'of at most 5 MB' [ "$(wc -c <page.html)" -lt 5000000 ]
check 'nothing in it is loaded' sh -c '! grep -oE "<(link|img|iframe|object|embed|audio|video|source)[^>]*>" page.html | grep -v "href=\"data:,\""'
check 'no link leads out of it' sh -c '! grep -oE "(href|src|action)=\"[^\"]*\"" page.html | grep -vE "=\"(#|data:,)"'

visit page.html
check "it is the report: $(title)" sh -c 'grep -q "<title>Quintet report 2" dom'
check "the browser has nothing to complain of: $(grep CONSOLE log | head -n 1)" quiet
check 'nobody is called' sh -c '! grep -q 127.0.0.1:9 net'

# What somebody puts into the page afterwards does not run, and gets nothing.
sed 's|</main>|<script>document.title="owned"</script><img src="http://127.0.0.1:9/"><p onclick="x" style="color:red">|' \
    page.html >owned.html
visit owned.html
check "a script from elsewhere does not run: $(title)" sh -c '! grep -q "<title>owned" dom'
check 'because the policy forbids it' grep -q 'CONSOLE.*Content Security Policy' log
check 'nor is a picture fetched' sh -c '! grep -q 127.0.0.1:9 net'
sed 's|<meta http-equiv="Content-Security-Policy"[^>]*>||' owned.html >open.html
visit open.html
check 'without the policy it would have' grep -q '<title>owned' dom
check 'and the picture, too' grep -q '127.0.0.1:9' net

# A reader. The policy has to be taken out for the test's own script.
use() { # use WHAT OPTIONS...
    what=$1
    shift
    sed 's|<meta http-equiv="Content-Security-Policy"[^>]*>||; s|</body>||' page.html >used.html
    { printf '<script>' && cat "$here/html_test.js" && printf '</script></body>'; } >>used.html
    visit 'used.html#workload=sha256&strategy=pool' "$@"
    check "$what: $(title)" sh -c 'grep -q "<title>RIGHT: [0-9][0-9]* checks" dom'
    check "$what, quietly: $(grep CONSOLE log | head -n 1)" quiet
}
use 'on a desk' --window-size=1400,1000
use 'on a telephone' --window-size=500,900
use 'in the dark' --blink-settings=preferredColorScheme=0

# Without the script everything can be read.
sed 's|<script>|<script type="text/plain">|' page.html >bare.html
visit bare.html
check 'without its script it is whole' sh -c 'grep -q "id=\"filters\" hidden" dom && ! grep -q "<th[^>]*><button" dom && grep -q "Decision table" dom'

finish
