#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scripts/up on systems that are not at hand: stand-ins for their package managers write down what they are asked and
# "install" stand-ins for the tools. Usage: up_test.sh SOURCE_DIR
set -u
source=$1
QUINTET=
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1

# Only what a bare system has: the script must not find this machine's compiler and make.
mkdir bare
for tool in sh dirname mktemp rm sed tr cat id env chmod; do ln -s "$(command -v $tool)" bare/$tool; done

stand_in() { # stand_in DIR NAME 'BODY'
    mkdir -p "$1"
    printf '#!/bin/sh\n%s\n' "$3" >"$1/$2"
    chmod +x "$1/$2"
}

stand_in bare true :

# A system: its os-release, its manager, and who runs the script (a user id). The compiler that gets installed finds every
# library except Criterion where that is not packaged.
system() { # system NAME 'os-release' MANAGER UID
    sys=$work/$1
    rm -rf "$sys" && mkdir -p "$sys"
    printf '%b' "$2" >"$sys/os-release"
    stand_in "$sys/bin" id "echo $4"
    [ "$3" = none ] || stand_in "$sys/bin" "$3" "
case \"\$*\" in *-Si*) exit \$(test -e '$sys/lists'; echo \$?) ;; esac
echo \"$3 \$*\" >>'$sys/asked'
[ ! -e '$sys/broken' ] || exit 1
case \"\$*\" in *cmake*) ;; *) exit 0 ;; esac
for tool in cmake pkg-config gnuplot python3; do printf '#!/bin/sh\n' >'$sys/bin/'\$tool; chmod +x '$sys/bin/'\$tool; done
printf '#!/bin/sh\n! grep -q criterion \"\$1\" || test -e $sys/criterion\n' >'$sys/bin/cc'
printf '#!/bin/sh\necho make \"\$@\" >>$sys/asked\n' >'$sys/bin/make'
chmod +x '$sys/bin/cc' '$sys/bin/make'
case \"\$*\" in *criterion*) : >'$sys/criterion' ;; esac"
    ln -s "$(command -v grep)" "$sys/bin/grep"
}

# up STATUS ARGUMENTS...: runs the script in $shell on the system; `said` keeps what it printed.
up() {
    want=$1
    shift
    status=0
    # shellcheck disable=SC2086 # busybox sh is two words
    env -i PATH="$sys/bin:$work/bare" UP_OS_RELEASE="$sys/os-release" $shell "$source/scripts/up" "$@" \
        >said 2>&1 || status=$?
    if [ "$status" -eq "$want" ]; then ok; else not_ok "$shell, $sys: status $status, want $want: $(cat said)"; fi
}

asked() { # asked 'LINE' 'LINE'...: exactly these were asked of the manager and of make
    for line in "$@"; do echo "$line"; done >wanted
    touch "$sys/asked"
    if cmp -s wanted "$sys/asked"; then ok; else not_ok "$shell, $sys: asked $(cat "$sys/asked"), want $(cat wanted)"; fi
}

tools='make cmake'
apt_build="gcc libc6-dev $tools pkg-config liburing-dev libjansson-dev libhwloc-dev libssl-dev gnuplot-nox"
dnf_build="gcc glibc-devel $tools pkgconf-pkg-config liburing-devel jansson-devel hwloc-devel openssl-devel gnuplot-minimal"
pacman_build="gcc $tools pkgconf liburing jansson hwloc openssl gnuplot"
apk_build="build-base linux-headers bsd-compat-headers $tools pkgconf liburing-dev jansson-dev hwloc-dev openssl-dev gnuplot"

everywhere() {
    system debian 'ID=debian\n' apt-get 0
    up 0 bench PROFILE=smoke
    asked 'apt-get update -q' "apt-get install -y --no-install-recommends $apt_build" \
        'make --no-print-directory bench PROFILE=smoke'
    system ubuntu 'ID=ubuntu\nID_LIKE=debian\n' apt-get 0
    up 0 test
    asked 'apt-get update -q' "apt-get install -y --no-install-recommends $apt_build libcriterion-dev python3" \
        'make --no-print-directory test'

    system fedora 'NAME="Fedora Linux"\nID=fedora\n' dnf 0
    up 0 test # Criterion is not packaged: nothing is asked for, and nothing is missing afterwards
    asked "dnf install -y --setopt=install_weak_deps=False $dnf_build python3" 'make --no-print-directory test'
    system rocky 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' dnf 0
    up 0 bench
    asked "dnf install -y --setopt=install_weak_deps=False $dnf_build" 'make --no-print-directory bench'

    system arch 'ID=arch\n' pacman 0
    up 0 test
    asked "pacman -Sy --needed --noconfirm $pacman_build criterion python" 'make --no-print-directory test'
    system arch 'ID=arch\n' pacman 0
    : >"$sys/lists" # it has package lists: they are not renewed behind the user's back
    up 0 build
    asked "pacman -S --needed --noconfirm $pacman_build" 'make --no-print-directory build'

    system alpine 'ID=alpine\n' apk 0
    up 0 test
    asked "apk add --no-cache $apk_build python3" 'make --no-print-directory test'
    up 0 test # a second time: everything is there
    asked "apk add --no-cache $apk_build python3" 'make --no-print-directory test' 'make --no-print-directory test'

    # Not root: the line to run is printed, nothing is run; with sudo that asks for no password, it is.
    system fedora 'ID=fedora\n' dnf 1000
    up 3 bench
    check 'the line is printed' grep -qx "dnf install -y --setopt=install_weak_deps=False $dnf_build" said
    asked
    stand_in "$sys/bin" sudo "echo sudo >>'$sys/asked'; shift; exec \"\$@\""
    up 0 bench
    asked sudo sudo "dnf install -y --setopt=install_weak_deps=False $dnf_build" 'make --no-print-directory bench'

    # An unknown system: whatever manager there is, or the names.
    system void 'ID=void\n' apk 0
    up 0 bench
    asked "apk add --no-cache $apk_build" 'make --no-print-directory bench'
    system slackware 'ID=slackware\n' none 0
    up 3 bench
    check 'the names are printed' grep -q "missing: $apt_build (Debian" said

    # A manager that fails, and one that installs nothing.
    system alpine 'ID=alpine\n' apk 0
    : >"$sys/broken"
    up 3 bench
    check 'it says what failed' grep -q "failed. The line was: apk add --no-cache $apk_build" said
    stand_in "$sys/bin" apk :
    up 3 bench
    check 'it says what is still missing' grep -q "still missing after the installation: $apk_build" said
    up 0 --help
}

for shell in sh dash 'busybox sh'; do
    if command -v "${shell%% *}" >/dev/null; then
        # shellcheck disable=SC2046
        ln -sf $(command -v "${shell%% *}") bare/
        everywhere
    fi
done
if command -v shellcheck >/dev/null; then check 'shellcheck' shellcheck "$source/scripts/up"; fi

finish
