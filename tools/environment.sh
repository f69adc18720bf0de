# Read by ./run and ./test: finding a Python and making a virtual environment from a lock file. POSIX sh.
# $user is set.
# Everything said goes to standard error, because standard output belongs to the program that is started.

say() {
    printf 'librechat-wizard: %s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 3
}

# Nobody else may write to what is made from here on: an environment, bytecode. Bits that are masked already stay so.
umask go-w

# True when the environment $1 was made, to the end, from a lock file with the bytes of $2, and nobody else could have changed it.
# The copy of the lock file is the last thing that is written.
is_complete() {
    [ -x "$1/bin/python" ] && cmp -s "$2" "$1/lock.txt" 2>/dev/null && is_safe "$1"
}

# True when everything in the environment $1, and the Python that it leads to, belongs to this user or to root, and nobody else can
# write to it. All of it is looked at, at every start: that takes a few milliseconds.
is_safe() {
    [ ! -L "$1" ] || [ -z "$(find "$1" -prune ! -user 0 ! -user "$(id -u)" -print 2>&1)" ] || return 1
    has_own_links "$1" || return 1
    [ -z "$(open_parts "$1" '')" ] && return
    group=$(own_group)
    [ -n "$group" ] && [ -z "$(open_parts "$1" "$group")" ] && ! has_access_lists "$1"
}

# Prints something in the environment $1 that others can change; members of the group $2 are no others.
open_parts() {
    cd -- "$1" 2>&1 || return 0
    [ -e bin/python ] && set -- bin/python "$2" || set -- . "$2"
    find -H . "$1" \( ! -user 0 ! -user "$user" -o ! -type l \( -perm -002 -o -perm -020 ${2:+! -group "$2"} \) -o \
        -type l ! -path ./lib64 ! -path './bin/python*' \) -print 2>&1
}

# True when the links in the environment $1 that may be there lead to nothing but its own lib and its Python.
has_own_links() {
    [ ! -L "$1/lib64" ] || [ "$1/lib64" -ef "$1/lib" ] || return 1
    for link in "$1"/bin/python*; do
        [ ! -L "$link" ] || [ ! -e "$link" ] || [ "$link" -ef "$1/bin/python" ] || return 1
    done
}

# Prints this user's own group: of the same name, without further members. Nothing where there is none.
own_group() {
    name=$(id -un) && members=$(getent group "$name" 2>/dev/null) || return 0
    case ${members##*:} in
    '' | "$name") printf '%s' "$name" ;;
    esac
}

# True when something that a group can write to in $1 has an access list: the group's bits are then also those of other users.
has_access_lists() {
    find "$1" ! -type l -perm -020 -exec ls -ld {} + | grep -q '^..........[+]'
}

# True when the environment $1 can be made by this user: nothing is there yet, or something of this user's own.
is_free() {
    { [ ! -e "$1" ] && [ ! -L "$1" ]; } || [ -O "$1" ]
}

# True when not everybody can replace what is made in the folder $1.
is_closed() {
    [ -z "$(find -H "$1" -prune -perm -002 ! -perm -1000 -print 2>&1)" ]
}

# True when nobody else can replace what this user makes in the folder $1, or, while it does not exist, in the one above it.
is_private() {
    place=$1
    while [ ! -e "$place" ] && [ ! -L "$place" ]; do
        place=${place%/*}
        [ -n "$place" ] || place=/
    done
    is_closed "$place" && [ -z "$(find -H "$place" -prune ! -user 0 ! -user "$(id -u)" -print 2>&1)" ]
}

# The offline bundle brings the packages along, and pip: nothing is fetched, and the system's Python needs no ensurepip.
wheels=$here/wheels
modules='ensurepip, venv'
if [ -d "$wheels" ]; then
    modules=venv
else
    wheels=
fi

# Prints the real path of the first Python that is new enough and can make virtual environments. An environment made from the
# real path (/usr/bin/python3.11, not python3) stops working when an upgrade of the system takes that version away, and is then
# made again, instead of starting another version without its packages. PYTHON, when set, is the only candidate.
# Where there is none, prints the packages that help (nothing where none does), a bar, and what is wrong with the way out.
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
        if "$candidate" -I -c "import $modules" 2>/dev/null; then
            printf '%s\n' "${found#* * }"
            return 0
        fi
        without_venv=${without_venv:-$version}
    done
    if [ -n "$without_venv" ]; then
        printf '%s|%s' "python$without_venv-venv" \
            "this Python $without_venv has no ensurepip (on Debian and Ubuntu: package python3-venv)."
    elif [ -n "$too_old" ]; then
        needed="Python 3.11 or later is required, but this is $too_old."
        if [ -n "${PYTHON:-}" ]; then
            printf '|%s' "$needed Set PYTHON to a newer one, or unset it."
        elif has_newer_package; then
            printf '%s|%s' 'python3 python3-venv' "$needed"
        else
            printf '|%s' "$needed Use the folder with its own Python or the container image: docs/install.md"
        fi
    else
        printf '%s|%s' 'python3 python3-venv' \
            "Python 3.11 or later is required, but it is not on PATH. Debian 12, Ubuntu 24.04 and later have it."
    fi
    return 1
}

# True when this system has a Python that is new enough: another one is only before it on PATH.
has_newer_package() {
    newest=$(LC_ALL=C apt-cache policy python3 2>/dev/null | grep '^ *Candidate: 3[.]') || return 1
    newest=${newest##*: 3.}
    newest=${newest%%[!0-9]*}
    [ "${newest:-0}" -ge 11 ]
}

# Sets $python, after installing what is missing where that is possible; ends with status 3 otherwise.
need_python() {
    python=$(find_python) && is_own_python && return
    packages=${python%%|*}
    reason=${python#*|}
    [ -n "$packages" ] || fail "$reason"
    [ -z "${PYTHON:-}" ] || fail "$reason Run: $(apt_line $packages)"
    need_packages $packages
    # An older system installs an older Python.
    python=$(find_python) || fail "${python#*|}"
    is_own_python
}

# Ends with status 3 where somebody else than root and this user can change $python.
is_own_python() {
    [ -z "$(find -H "$python" -prune \( ! -user 0 ! -user "$(id -u)" -o -perm -002 \) -print 2>&1)" ] ||
        fail "other users can change $python. Set PYTHON to an interpreter that belongs to root or to you"
}

# Prints the command line that installs Debian packages, as the caller has to type it.
apt_line() {
    sudo='sudo '
    [ "$(id -u)" != 0 ] || sudo=''
    printf '%sapt-get update && %sapt-get install -y %s' "$sudo" "$sudo" "$*"
}

# Installs Debian packages: root without asking, somebody at a terminal after a yes, with sudo. Otherwise says what to type and ends
# with status 3. $reason, when set, says why.
need_packages() {
    reason=${reason:-missing here: $*.}
    line=$(apt_line "$@")
    if ! command -v apt-get >/dev/null; then
        fail "$reason Run: $line"
    elif [ "$(id -u)" = 0 ]; then
        say "$reason Running: $line"
        as_root=
    elif command -v sudo >/dev/null && [ -t 0 ] && [ -t 2 ]; then
        say "$reason This would help: $line"
        printf 'librechat-wizard: run it now? [y/N] ' >&2
        read -r answer || answer=
        case $answer in
        [Yy] | [Yy][Ee][Ss]) ;;
        *) fail "nothing was installed" ;;
        esac
        as_root=sudo
    else
        fail "$reason Run: $line"
    fi
    reason=
    install_packages "$@" && return
    # A run that was killed while it installed leaves this to do.
    command -v dpkg >/dev/null && $as_root dpkg --configure -a </dev/null >&2 && install_packages "$@" && return
    fail "apt-get failed (the reason is above)"
}

install_packages() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update </dev/null >&2 &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" </dev/null >&2
}

# Makes the environment $1 from the lock file $2 with $python; $3 is the folder of the checkout, seen from the environment's
# site-packages. Two starts at the same time wait for each other. An interruption leaves an environment without lock.txt, which
# the next start makes again.
make_environment() {
    mkdir -p "${1%/*}" || fail "cannot create the folder ${1%/*}"
    trap 'say "interrupted; the next start will try again"; exit 130' INT
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

# Runs pip for the environment $1; that of the bundle is in its wheel, from which it can be started.
pip() {
    inside=$1
    shift
    if [ -n "$wheels" ]; then
        set -- "$(echo "$wheels"/pip-*.whl)/pip" --disable-pip-version-check "$@"
    else
        set -- -m pip --disable-pip-version-check "$@"
    fi
    "$inside/bin/python" -I "$@"
}

install_into() {
    say "installing the packages of ${2##*/} into $1 (once)"
    rm -f "$1/lock.txt" || fail "cannot write to $1"
    # Python's own words on Ctrl+C are long; on a failure they are wanted.
    words=$("$python" -I -m venv --clear ${wheels:+--without-pip} "$1" 2>&1 && chmod go-w "$1" 2>&1) ||
        fail "cannot create a virtual environment in $1: $words"
    # Settings of the machine's pip stay in force (an index of its own, certificates), but for those that cannot work in here.
    pip "$1" --quiet --no-input install --no-user --progress-bar off ${wheels:+--no-index} ${wheels:+"--find-links=$wheels"} \
        --require-hashes --only-binary :all: --requirement "$2" >&2 ||
        fail "the packages could not be installed (the reason is above); the next start will try again"
    # What Python 3.11 brings along; it makes every start slower.
    [ -n "$wheels" ] || pip "$1" -qqq uninstall --yes setuptools >&2 || fail "cannot write to $1"
    # A line in a .pth file makes the checkout importable without the caller's folder or PYTHONPATH being searched.
    "$1/bin/python" -I -c '
import pathlib, sys, sysconfig
line = pathlib.Path(sysconfig.get_path("purelib"), "librechat_auth_wizard_checkout.pth")
line.write_text(sys.argv[1] + "\n", encoding="utf-8")
' "$3" || fail "cannot write to $1"
    is_safe "$1" || fail "somebody else has a file in $1; remove that folder"
    cp -- "$2" "$1/lock.new" && mv -f -- "$1/lock.new" "$1/lock.txt" || fail "cannot write to $1"
}
