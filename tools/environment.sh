# Read by ./run and ./test: finding a Python and making a virtual environment from a lock file. POSIX sh.
# Everything said goes to standard error, because standard output belongs to the program that is started.

say() {
    printf 'librechat-wizard: %s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 3
}

# True when the environment $1 was made, to the end, from a lock file with the bytes of $2. The copy of the lock file is the last
# thing that is written.
is_complete() {
    [ -x "$1/bin/python" ] && cmp -s "$2" "$1/lock.txt" 2>/dev/null
}

# Prints the real path of the first Python that is new enough and can make virtual environments. An environment made from the
# real path (/usr/bin/python3.11, not python3) stops working when an upgrade of the system takes that version away, and is then
# made again, instead of starting another version without its packages. PYTHON, when set, is the only candidate.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    too_old='' without_venv=''
    for candidate in "$@"; do
        found=$("$candidate" -I -c '
import os, sys
executable = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
print(sys.version_info >= (3, 11), "%d.%d" % sys.version_info[:2], executable)
' 2>/dev/null) || continue
        version=${found#* }
        version=${version%% *}
        case $found in
        True*) ;;
        *)
            too_old=${too_old:-$version}
            continue
            ;;
        esac
        # Debian and Ubuntu leave ensurepip out of the interpreter's own package.
        if "$candidate" -I -c 'import ensurepip, venv' 2>/dev/null; then
            printf '%s\n' "${found#* * }"
            return 0
        fi
        without_venv=${without_venv:-$version}
    done
    if [ -n "$without_venv" ]; then
        say "this Python $without_venv has no ensurepip (on Debian and Ubuntu: package python3-venv). Run: $(apt_line "python$without_venv-venv")"
    elif [ -n "$too_old" ]; then
        say "Python 3.11 or newer is needed, this is $too_old. On Debian 12, Ubuntu 24.04 or newer run: $(apt_line python3 python3-venv)"
    else
        say "Python 3.11 or newer is needed, there is none on PATH. On Debian 12, Ubuntu 24.04 or newer run: $(apt_line python3 python3-venv)"
    fi
    return 1
}

# Prints the command line that installs Debian packages, as the caller has to type it.
apt_line() {
    sudo='sudo '
    [ "$(id -u)" != 0 ] || sudo=''
    printf '%sapt-get update && %sapt-get install -y %s' "$sudo" "$sudo" "$*"
}

# Installs Debian packages where that needs nobody's leave, and otherwise says what to type.
need_packages() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $* with apt-get"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"; } </dev/null >&2 && return
    fi
    fail "missing here: $*. Run: $(apt_line "$@")"
}

# Makes the environment $1 from the lock file $2 with $python; $3 is the folder of the checkout, seen from the environment's
# site-packages. Two starts at the same time wait for each other. An interruption leaves an environment without lock.txt, which
# the next start makes again.
make_environment() {
    mkdir -p "${1%/*}" || fail "cannot make the folder ${1%/*}"
    trap 'say "interrupted; the next start begins again"; exit 130' INT
    trap 'exit 143' TERM
    # The lock belongs to the open folder, which this shell shares with python: it is held until the shell closes it. A folder
    # where nothing can be locked (some network file systems) is used without.
    command exec 9<"${1%/*}" || fail "cannot open the folder ${1%/*}"
    "$python" -I -c '
import contextlib, fcntl, sys
with contextlib.suppress(OSError):
    try:
        fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.stderr.write("librechat-wizard: another start is installing; waiting for it\n")
        fcntl.flock(9, fcntl.LOCK_EX)
'
    is_complete "$1" "$2" || install_into "$1" "$2" "$3"
    trap - INT TERM
    exec 9<&-
}

install_into() {
    say "installing the packages of ${2##*/} into $1 (once)"
    rm -f "$1/lock.txt" || fail "cannot write to $1"
    # Python's own words on Ctrl+C are long; on a failure they are wanted.
    words=$("$python" -I -m venv --clear "$1" 2>&1) || fail "cannot make a virtual environment in $1: $words"
    # Settings of the machine's pip stay in force (an index of its own, certificates), but for the one that cannot work in here.
    "$1/bin/python" -I -m pip --quiet --disable-pip-version-check --no-input install --no-user --progress-bar off \
        --require-hashes --only-binary :all: --requirement "$2" >&2 ||
        fail "the packages could not be installed (the reason is above); the next start tries again"
    # What Python 3.11 brings along; it makes every start slower.
    "$1/bin/python" -I -m pip -qqq --disable-pip-version-check uninstall --yes setuptools >&2 || fail "cannot write to $1"
    # A line in a .pth file makes the checkout importable without the caller's folder or PYTHONPATH being searched.
    "$1/bin/python" -I -c '
import pathlib, sys, sysconfig
line = pathlib.Path(sysconfig.get_path("purelib"), "librechat_auth_wizard_checkout.pth")
line.write_text(sys.argv[1] + "\n", encoding="utf-8")
' "$3" || fail "cannot write to $1"
    cp -- "$2" "$1/lock.new" && mv -f -- "$1/lock.new" "$1/lock.txt" || fail "cannot write to $1"
}
