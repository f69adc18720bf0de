# bash completion for librechat-wizard. To use it: source <(librechat-wizard completion bash)
_librechat_wizard() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= each
    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $each in doctor|explain|signin|users|keys|restore|settings|demo|schema|completion) command=$each; break ;; esac
    done
    COMPREPLY=()
    case $before in
    --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
    --dir|--answers|--cacert|--admin-password-file|--password-file|--bundle) compopt -o filenames; COMPREPLY=($(compgen -f -- "$word")); return ;;
    --resolve|--first-admin|--only|--url|--login|--mail-to|--ack|--reason|--until|--for-release|--for|--user|--listen|--name) return ;;
    esac
    case $command in
    doctor) COMPREPLY=($(compgen -W '--dir --only --offline --json --resolve --cacert --allow-insecure-login --remote-docker --accept-foreign-files --url --login --password-file --make-login --mail-to --again --fix --yes --bundle --ack --reason --until --for-release --watch-signin --for --color' -- "$word")) ;;
    explain) COMPREPLY=($(compgen -f -W '--dir --json --accept-foreign-files --color' -- "$word")) ;;
    signin) COMPREPLY=($(compgen -W '--dir --plain --json --resolve --cacert --allow-insecure-login --accept-foreign-files --password-file --user --listen --color openid ldap saml google github discord facebook apple' -- "$word")) ;;
    users) COMPREPLY=($(compgen -W '--dir --json --remote-docker --accept-foreign-files --password-file --yes --name --undo --for --color list add remove reset-password invite ban unban role unlock' -- "$word")) ;;
    keys) COMPREPLY=($(compgen -W '--dir --dry-run --json --remote-docker --accept-foreign-files --yes --color status rotate jwt sessions creds meili all' -- "$word")) ;;
    restore) COMPREPLY=($(compgen -W '--dir --dry-run --accept-foreign-files --list --color' -- "$word")) ;;
    settings) COMPREPLY=($(compgen -W '--dir --json --color' -- "$word")) ;;
    demo) COMPREPLY=($(compgen -W '--plain --color' -- "$word")) ;;
    schema) COMPREPLY=($(compgen -W '--color' -- "$word")) ;;
    completion) COMPREPLY=($(compgen -W '--color bash zsh fish' -- "$word")) ;;
    *) COMPREPLY=($(compgen -W 'doctor explain signin users keys restore settings demo schema completion --dir --plain --answers --dry-run --offline --force --json --resolve --cacert --allow-insecure-login --remote-docker --accept-foreign-files --apply --first-admin --admin-password-file --color' -- "$word")) ;;
    esac
}
complete -F _librechat_wizard librechat-wizard ./run
