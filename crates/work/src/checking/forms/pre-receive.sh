#!/bin/sh
# Lets commits in only where an owner approved them. Written by `saraphina check --install`.
#
# All that it goes by is named here, on the server: nothing of a push decides whose signatures count.
set -u
saraphina=@PROGRAM@
signers=@SIGNERS@
log=@LOG@
since=@SINCE@

exec >&2
status=0
before=
notes=
moves=

is_nothing() {
    case "$1" in *[!0]*) return 1 ;; *) return 0 ;; esac
}

is_forward() {
    is_nothing "$1" || { ! is_nothing "$2" && git merge-base --is-ancestor "$1" "$2"; }
}

while read -r old new name; do
    case "$name" in
    refs/notes/saraphina)
        if is_forward "$old" "$new"; then
            notes=$new
            is_nothing "$old" || before=$old
        else
            echo "saraphina: $name may not be deleted or rewritten"
            status=1
        fi
        ;;
    @BRANCHES@)
        moves="$moves$old $new $name
"
        ;;
    esac
done

set -- --repo .
[ -z "${GIT_QUARANTINE_PATH-}" ] || set -- "$@" --objects "$GIT_QUARANTINE_PATH"
[ -z "$log" ] || set -- "$@" --log "$log"
if [ -n "$before" ]; then
    echo "saraphina: refs/notes/saraphina"
    "$saraphina" check --notes "$notes" --notes-before "$before" "$@" || status=1
fi
set -- "$@" --signers "$signers"
[ -z "$since" ] || set -- "$@" --since "$since"
[ -z "$notes" ] || set -- "$@" --notes "$notes"

while read -r old new name; do
    [ -n "$name" ] || continue
    if ! is_forward "$old" "$new"; then
        echo "saraphina: $name may not be deleted or rewritten"
        status=1
        continue
    fi
    if is_nothing "$old"; then
        range="${since:-HEAD}..$new"
    else
        range="$old..$new"
    fi
    echo "saraphina: $name"
    "$saraphina" check "$range" "$@" || status=1
done <<END
$moves
END
exit "$status"
