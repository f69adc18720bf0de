#compdef librechat-wizard
# zsh completion for librechat-wizard. To use it, save it as _librechat-wizard in a folder in $fpath.
local -a commands
commands=(
  'doctor:check the folder; changes nothing by default'
  'explain:explain a LibreChat log: cause, evidence, fix'
  'signin:sign in once through a provider (openid, ldap, google, ...) and show the result'
  'users:list, add, remove, invite, ban or unlock users'
  'keys:check LibreChat'\''s own secrets, or replace them without losing encrypted data'
  'restore:restore files from a backup'
  'settings:explain one variable, the variables that match a word, or all variables'
  'demo:practice with a temporary folder, a mail server and a LibreChat stand-in'
  'schema:print the JSON Schema of the answers file'
  'completion:print a completion script for bash, zsh or fish'
)
case ${words[(r)(doctor|explain|signin|users|keys|restore|settings|demo|schema|completion)]} in
doctor) _arguments \
  '--dir[the LibreChat folder (default\: the current folder)]:dir:_files' \
  '--only[run only these checks]:id[,id]: ' \
  '--offline[skip checks that need the network]' \
  '--json[print one JSON object (the settings command\: an array)]' \
  '--resolve[connect to ADDRESS for HOST instead of using DNS (repeatable)]:host address: ' \
  '--cacert[also trust the certificates in FILE]:file:_files' \
  '--allow-insecure-login[allow passwords to be sent to unverified mail servers, and to LibreChat over plain HTTP]' \
  '--remote-docker[run docker commands even if the Docker engine is on another machine]' \
  '--accept-foreign-files[follow symlinks out of the folder, and use files owned by other users]' \
  '--url[the URL where users open LibreChat (default\: DOMAIN_CLIENT)]:url: ' \
  '--login[sign in with this account, then sign out]:email: ' \
  '--password-file[file with the account'\''s password (- for standard input)]:file:_files' \
  '--make-login[create a test account with LibreChat'\''s own script (Docker), sign in, and remove the account]' \
  '--mail-to[send a test email to this address]:address: ' \
  '--again[with --mail-to\: send even if the last test email was sent less than ten minutes ago]' \
  '--fix[fix problems that need no decision from you; show each change as a diff and ask first]' \
  '--yes[with --fix\: do not ask for confirmation]' \
  '--bundle[write a support bundle without secrets, addresses or names to a new FILE (- for standard output)]:file:_files' \
  '--ack[acknowledge this finding so that it no longer affects the exit status]:id: ' \
  '--reason[with --ack\: the reason]:text: ' \
  '--until[with --ack\: the last day on which the acknowledgement is valid (a past date ends it)]:yyyy-mm-dd: ' \
  '--for-release[show what another LibreChat release would change here; run no other checks]:vx.y.z: ' \
  '--watch-signin[follow LibreChat'\''s log while someone signs in, and explain the result]' \
  '--for[how long to watch the log (--watch-signin, default\: 5m) or keep a session open (--only session)]:duration: ' \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:()' ;;
explain) _arguments \
  '--dir[the LibreChat folder (default\: the current folder)]:dir:_files' \
  '--json[print one JSON object (the settings command\: an array)]' \
  '--accept-foreign-files[follow symlinks out of the folder, and use files owned by other users]' \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:_files' ;;
signin) _arguments \
  '--dir[the LibreChat folder (default\: the current folder)]:dir:_files' \
  '--plain[use line-by-line prompts instead of the full screen]' \
  '--json[print one JSON object (the settings command\: an array)]' \
  '--resolve[connect to ADDRESS for HOST instead of using DNS (repeatable)]:host address: ' \
  '--cacert[also trust the certificates in FILE]:file:_files' \
  '--allow-insecure-login[allow passwords to be sent to unverified mail servers, and to LibreChat over plain HTTP]' \
  '--accept-foreign-files[follow symlinks out of the folder, and use files owned by other users]' \
  '--password-file[file with the account'\''s password (- for standard input)]:file:_files' \
  '--user[with ldap\: the name to sign in with (default\: prompt for it)]:name: ' \
  '--listen[with openid\: listen on http\://127.0.0.1\:PORT/oauth/openid/callback (register this URL with the provider)]:port: ' \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:(openid ldap saml google github discord facebook apple)' ;;
users) _arguments \
  '--dir[the LibreChat folder (default\: the current folder)]:dir:_files' \
  '--json[print one JSON object (the settings command\: an array)]' \
  '--remote-docker[run docker commands even if the Docker engine is on another machine]' \
  '--accept-foreign-files[follow symlinks out of the folder, and use files owned by other users]' \
  '--password-file[file with the account'\''s password (- for standard input)]:file:_files' \
  '--yes[do not ask for confirmation]' \
  '--name[with add\: the user'\''s name (default\: from the email address)]:name: ' \
  '--undo[with unlock\: undo the last unlock]' \
  '--for[with ban\: how long the ban lasts (default\: BAN_DURATION)]:duration: ' \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:(list add remove reset-password invite ban unban role unlock)' ;;
keys) _arguments \
  '--dir[the LibreChat folder (default\: the current folder)]:dir:_files' \
  '--dry-run[show what would be written, but write nothing]' \
  '--json[print one JSON object (the settings command\: an array)]' \
  '--remote-docker[run docker commands even if the Docker engine is on another machine]' \
  '--accept-foreign-files[follow symlinks out of the folder, and use files owned by other users]' \
  '--yes[do not ask for confirmation; if the wizard cannot make a database dump, confirm that you have a dump]' \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:(status rotate jwt sessions creds meili all)' ;;
restore) _arguments \
  '--dir[the LibreChat folder (default\: the current folder)]:dir:_files' \
  '--dry-run[show what would be written, but write nothing]' \
  '--accept-foreign-files[follow symlinks out of the folder, and use files owned by other users]' \
  '--list[list the backups]' \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:()' ;;
settings) _arguments \
  '--dir[the LibreChat folder (default\: the current folder)]:dir:_files' \
  '--json[print one JSON object (the settings command\: an array)]' \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:()' ;;
demo) _arguments \
  '--plain[use line-by-line prompts instead of the full screen]' \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:()' ;;
schema) _arguments \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:()' ;;
completion) _arguments \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:word:(bash zsh fish)' ;;
*) _arguments \
  '--dir[the LibreChat folder (default\: the current folder)]:dir:_files' \
  '--plain[use line-by-line prompts instead of the full screen]' \
  '--answers[read the answers from FILE (YAML; - for standard input)]:file:_files' \
  '--dry-run[show what would be written, but write nothing]' \
  '--offline[skip checks that need the network]' \
  '--force[write even if a check failed]' \
  '--json[print one JSON object (the settings command\: an array)]' \
  '--resolve[connect to ADDRESS for HOST instead of using DNS (repeatable)]:host address: ' \
  '--cacert[also trust the certificates in FILE]:file:_files' \
  '--allow-insecure-login[allow passwords to be sent to unverified mail servers, and to LibreChat over plain HTTP]' \
  '--remote-docker[run docker commands even if the Docker engine is on another machine]' \
  '--accept-foreign-files[follow symlinks out of the folder, and use files owned by other users]' \
  '--apply[put the written files into effect; roll back on failure]' \
  '--first-admin[with --apply\: create the first administrator]:email: ' \
  '--admin-password-file[with --first-admin\: file with the password (- for standard input; default\: generated, shown once)]:file:_files' \
  '--color[when to use color\: auto (default; respects NO_COLOR), always or never]:when:(auto always never)' \
  '*:command:{_describe command commands}' ;;
esac
