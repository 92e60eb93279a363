#!/bin/sh
# Puts glmdesk into the menus of this user, or of all users when root runs it: sh install.sh
# Takes it away again, and leaves conversations and settings: sh install.sh --remove
set -eu

here=$(cd "$(dirname "$0")" && pwd)
if [ "$(id -u)" -eq 0 ]; then
    prefix=/usr/local
    place=/opt/glmdesk
else
    prefix=$HOME/.local
    place=$HOME/.local/opt/glmdesk
fi
command=$prefix/bin/glmdesk
share=$prefix/share

fail() {
    echo "$1" >&2
    exit 1
}

remove() {
    # Only what leads to this program: another one of that name is none of ours.
    if [ "$(readlink "$command" || true)" = "$place/glmdesk" ]; then
        rm -f "$command"
    fi
    if [ -f "$place/installed-files" ]; then
        while IFS= read -r file; do
            rm -f "$share/$file"
        done < "$place/installed-files"
    fi
    rm -rf "$place"
}

refresh() {
    # Menus that watch their folders need none of it.
    update-desktop-database -q "$share/applications" 2>/dev/null || true
    gtk-update-icon-cache -q -t -f "$share/icons/hicolor" 2>/dev/null || true
}

if [ "${1:-}" = --remove ]; then
    remove
    refresh
    echo "glmdesk is gone. Conversations and settings are where they were."
    exit 0
fi
[ $# -eq 0 ] || fail "usage: sh install.sh [--remove]"

[ "$(uname -m)" = "@MACHINE@" ] || fail "This glmdesk is for @MACHINE@; this computer is $(uname -m)."
# "glibc 2.36" on systems with that library.
found=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2)
needed=@GLIBC@
oldest=$(printf '%s\n%s\n' "${found:-0}" "$needed" | sort -V | head -n 1)
[ "$oldest" = "$needed" ] || fail "glmdesk needs glibc $needed or newer; this system has ${found:-none}."

if [ -e "$command" ] && [ "$(readlink "$command" || true)" != "$place/glmdesk" ]; then
    fail "$command is another program; it was left alone, and nothing was changed."
fi
remove
mkdir -p "$place" "$prefix/bin" "$share"
cp -R "$here/glmdesk/." "$place/"
(cd "$here/share" && find . -type f) > "$place/installed-files"
cp -R "$here/share/." "$share/"
# Menus do not look for programs where shells do.
sed -i "s|^Exec=glmdesk|Exec=$command|" "$share/applications/glmdesk.desktop"
ln -s "$place/glmdesk" "$command"
refresh
echo "glmdesk is in your menus. In a terminal: $command"
case ":$PATH:" in
    *":$prefix/bin:"*) ;;
    *) echo "$prefix/bin is not in your PATH yet; many systems add it at the next login." ;;
esac
