#!/bin/sh
# Compiles Python, its OpenSSL and its expat into /opt/python from Debian's sources of the suite $1. Runs as root inside the bare system that
# tools/release makes; nothing outside of that is touched. What is there already is not made again.
#   build_python.sh SUITE PYTHON     build_python.sh bookworm python3.11
set -eu
suite=$1 python=$2
prefix=/opt/python
work=/root/build
jobs=$(nproc)
export DEBIAN_FRONTEND=noninteractive
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# The mirror is the one that the system itself came from. A line that names the suite brings sources alone: no package of it is installed.
mirror=$(sed -n 's/^deb \([^ ]*\) .*/\1/p' /etc/apt/sources.list | head -n 1)
printf 'deb-src %s %s main\n' "$mirror" "$suite" >/etc/apt/sources.list.d/sources.list
apt-get -qq update
apt-get -qq install -y --no-install-recommends build-essential dpkg-dev pkg-config perl ca-certificates \
    autoconf automake libtool zlib1g-dev libffi-dev libbz2-dev liblzma-dev uuid-dev >/dev/null

mkdir -p "$work"
cd "$work"

# Unpacks the source package $1 and enters it. apt-get checks its signature by the archive's key ring.
enter_source() {
    rm -rf -- "$work/$1"
    mkdir -p "$work/$1"
    cd "$work/$1"
    chmod 777 . # apt-get fetches as a user of its own
    apt-get -qq source "$1" >/dev/null
    cd "$work/$1"/*/
}

# Writes down for the libraries of a source package which package it was, and its licence $2: for the bill of materials.
describe() {
    source=$1 licence=$2
    shift 2
    for library; do
        mkdir -p "$prefix/share/sources/$library"
        printf '%s %s\n' "$source" "$(dpkg-parsechangelog --show-field Version)" >"$prefix/share/sources/$library/version"
        cp -- "$licence" "$prefix/share/sources/$library/licence"
    done
}

give_up() {
    tail -n 40 "$1" >&2
    exit 1
}

# Debian 11's own OpenSSL 1.1.1 gets no more fixes, and says other things about certificates than the one the checks were tried with.
if [ ! -d "$prefix/share/sources/libssl" ]; then
    enter_source openssl
    # Settings are looked for in a folder that no system has: this copy must not read a configuration made for another version.
    ./Configure --prefix="$prefix" --libdir=lib --openssldir="$prefix/no-configuration" shared no-tests no-legacy no-engine \
        >/dev/null
    make -s -j "$jobs" build_sw >"$work/openssl.log" 2>&1 || give_up "$work/openssl.log"
    make -s install_sw >>"$work/openssl.log" 2>&1 || give_up "$work/openssl.log"
    describe openssl LICENSE.txt libssl libcrypto
fi

# Reads what a SAML provider sends.
if [ ! -d "$prefix/share/sources/libexpat" ]; then
    enter_source expat
    (
        cd expat
        ./buildconf.sh
        ./configure --quiet --prefix="$prefix" --without-xmlwf --without-docbook --without-examples --without-tests
        make -s
        make -s install
    ) >"$work/expat.log" 2>&1 || give_up "$work/expat.log"
    describe expat expat/COPYING libexpat
fi

if [ ! -d "$prefix/share/sources/lib$python" ]; then
    enter_source "$python"
    # Debian builds pyexpat into the interpreter, where this is set; its fixes need it.
    sed -i "s/Extension('pyexpat', sources=\['pyexpat.c'\]/&, extra_compile_args=['-DPy_BUILD_CORE_MODULE']/" setup.py
    rm -f "$prefix/lib/$python/_sysconfigdata_"* # of an installation that was cut off; a link is not made twice
    {
        ./configure --quiet --prefix="$prefix" --enable-shared --with-openssl="$prefix" --with-openssl-rpath=auto --with-ensurepip=no \
            --with-system-expat --with-computed-gotos CPPFLAGS="-I$prefix/include" LDFLAGS="-L$prefix/lib -Wl,-rpath,$prefix/lib" &&
            make -s -j "$jobs" && make -s install
    } >"$work/python.log" 2>&1 || give_up "$work/python.log"
    describe "$python" LICENSE "lib$python"
fi
"$prefix/bin/$python" -c 'import _elementtree, _hashlib, bz2, ctypes, lzma, ssl, zlib; print(ssl.OPENSSL_VERSION)'
