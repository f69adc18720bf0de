#compdef librechat-wizard
# zsh completion for librechat-wizard. To use it, put it as _librechat-wizard into a folder of $fpath.
local -a commands
commands=(
  'doctor:check the folder; changes nothing unless told to'
  'explain:explain a LibreChat log: cause, evidence, fix'
  'signin:sign in once with openid, ldap, saml, google, github ..., and show the result'
  'users:list, add, remove, invite, ban or unlock people'
  'keys:check LibreChat'\''s own secrets, or replace them without losing encrypted data'
  'restore:restore the files from before a run'
  'settings:explain all variables, those that match a word, or one'
  'demo:practise with a temporary folder, mail server and LibreChat stand-in'
  'schema:print the JSON Schema of the answers file'
  'completion:print a completion script for bash, zsh or fish'
)
case ${words[(r)(doctor|explain|signin|users|keys|restore|settings|demo|schema|completion)]} in
doctor) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--only[run only these checks]:id[,id]: ' \
  '--offline[run no check that needs the network]' \
  '--json[print one JSON object (settings\: a list)]' \
  '--resolve[use this address for HOST instead of asking DNS (can be repeated)]:host address: ' \
  '--cacert[also trust the certificates in FILE]:file:_files' \
  '--allow-insecure-login[send passwords also to unverified mail servers, and to LibreChat over plain HTTP]' \
  '--remote-docker[run docker commands even if the Docker engine is on another machine]' \
  '--accept-foreign-files[follow links out of the folder, and use files of other users]' \
  '--url[the address where people open LibreChat (default\: DOMAIN_CLIENT)]:url: ' \
  '--login[sign in with this account, then sign out]:email: ' \
  '--password-file[file with the account'\''s password; - is standard input]:file:_files' \
  '--make-login[create a test account with LibreChat'\''s own script (Docker), sign in, and remove the account]' \
  '--mail-to[send a test mail to this address]:address: ' \
  '--again[with --mail-to\: send another test mail within ten minutes of the last one]' \
  '--fix[fix what needs no decision from you; shows each change as a diff and asks first]' \
  '--yes[with --fix\: do it without asking]' \
  '--bundle[write a support bundle to a new FILE (- is standard output)\: no secret, address or name]:file:_files' \
  '--ack[acknowledge this finding, so that it no longer affects the exit status]:id: ' \
  '--reason[with --ack\: the reason]:text: ' \
  '--until[with --ack\: the last day of the acknowledgement (a past date ends it)]:yyyy-mm-dd: ' \
  '--for-release[show what changes here with another LibreChat release; runs no other check]:vx.y.z: ' \
  '--watch-signin[follow LibreChat'\''s log while somebody signs in, and explain the result]' \
  '--for[how long to watch the log (--watch-signin, default\: 5m) or keep a session (--only session)]:duration: ' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:()' ;;
explain) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--json[print one JSON object (settings\: a list)]' \
  '--accept-foreign-files[follow links out of the folder, and use files of other users]' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:_files' ;;
signin) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--plain[ask line by line, without full-screen display]' \
  '--json[print one JSON object (settings\: a list)]' \
  '--resolve[use this address for HOST instead of asking DNS (can be repeated)]:host address: ' \
  '--cacert[also trust the certificates in FILE]:file:_files' \
  '--allow-insecure-login[send passwords also to unverified mail servers, and to LibreChat over plain HTTP]' \
  '--accept-foreign-files[follow links out of the folder, and use files of other users]' \
  '--password-file[file with the account'\''s password; - is standard input]:file:_files' \
  '--user[ldap\: the name to sign in with (default\: it is asked)]:name: ' \
  '--listen[openid\: listen on http\://127.0.0.1\:PORT/oauth/openid/callback (register it at the provider)]:port: ' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:(openid ldap saml google github discord facebook apple)' ;;
users) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--json[print one JSON object (settings\: a list)]' \
  '--remote-docker[run docker commands even if the Docker engine is on another machine]' \
  '--accept-foreign-files[follow links out of the folder, and use files of other users]' \
  '--password-file[file with the account'\''s password; - is standard input]:file:_files' \
  '--yes[do it without asking]' \
  '--name[with add\: the person'\''s name (default\: from the address)]:name: ' \
  '--undo[with unlock\: undo the last unlock]' \
  '--for[with ban\: how long the ban lasts (default\: BAN_DURATION)]:duration: ' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:(list add remove reset-password invite ban unban role unlock)' ;;
keys) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--dry-run[show what would be written; write nothing]' \
  '--json[print one JSON object (settings\: a list)]' \
  '--remote-docker[run docker commands even if the Docker engine is on another machine]' \
  '--accept-foreign-files[follow links out of the folder, and use files of other users]' \
  '--yes[do not ask; confirms that you have a database dump if none can be made]' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:(status rotate jwt sessions creds meili all)' ;;
restore) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--dry-run[show what would be written; write nothing]' \
  '--accept-foreign-files[follow links out of the folder, and use files of other users]' \
  '--list[list the backups]' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:()' ;;
settings) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--json[print one JSON object (settings\: a list)]' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:()' ;;
demo) _arguments \
  '--plain[ask line by line, without full-screen display]' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:()' ;;
schema) _arguments \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:()' ;;
completion) _arguments \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:(bash zsh fish)' ;;
*) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--plain[ask line by line, without full-screen display]' \
  '--answers[read the answers from FILE (YAML; - is standard input)]:file:_files' \
  '--dry-run[show what would be written; write nothing]' \
  '--offline[run no check that needs the network]' \
  '--force[write even if a check failed]' \
  '--json[print one JSON object (settings\: a list)]' \
  '--resolve[use this address for HOST instead of asking DNS (can be repeated)]:host address: ' \
  '--cacert[also trust the certificates in FILE]:file:_files' \
  '--allow-insecure-login[send passwords also to unverified mail servers, and to LibreChat over plain HTTP]' \
  '--remote-docker[run docker commands even if the Docker engine is on another machine]' \
  '--accept-foreign-files[follow links out of the folder, and use files of other users]' \
  '--apply[apply the written files to LibreChat; roll back if it fails]' \
  '--first-admin[with --apply\: create the first administrator]:email: ' \
  '--admin-password-file[file with their password (- is standard input; default\: generated, shown once)]:file:_files' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:command:{_describe command commands}' ;;
esac
