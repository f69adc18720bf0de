#compdef librechat-wizard
# zsh completion for librechat-wizard. To use it, put it as _librechat-wizard into a folder of $fpath.
local -a commands
commands=(
  'doctor:check the folder; changes nothing unless told to'
  'explain:explain a log of LibreChat'\''s: cause, proof, fix'
  'signin:sign in once with openid, ldap, saml, google, github ...: who would you be'
  'users:list, add, remove, invite, ban people; let somebody in again'
  'keys:LibreChat'\''s own secrets: show them, or replace them without losing what they encrypted'
  'restore:put back what stood before a run'
  'settings:explain every variable, those that a word means, or one'
  'demo:practise: a folder, a mail server and a LibreChat stand-in that vanish'
  'schema:print the JSON Schema of the answers file'
  'completion:print a completion script for bash, zsh or fish'
)
case ${words[(r)(doctor|explain|signin|users|keys|restore|settings|demo|schema|completion)]} in
doctor) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--only[run only these checks]:id[,id]: ' \
  '--offline[run no check that needs the network]' \
  '--json[print one JSON object (settings\: a list)]' \
  '--resolve[take this address for HOST instead of asking DNS (can be repeated)]:host address: ' \
  '--cacert[trust these certificates as well]:file:_files' \
  '--allow-insecure-login[send passwords also to unverified mail servers, and to LibreChat over plain HTTP]' \
  '--remote-docker[run docker commands although the Docker engine is on another machine]' \
  '--accept-foreign-files[use links that lead out of the folder, and files of other users]' \
  '--url[where LibreChat is opened (default\: DOMAIN_CLIENT)]:url: ' \
  '--login[sign in with this account, and out again]:email: ' \
  '--password-file[holds the account'\''s password; - is standard input]:file:_files' \
  '--make-login[make an account for the sign-in with LibreChat'\''s own script (Docker), and remove it again]' \
  '--mail-to[send a test mail there]:address: ' \
  '--again[with --mail-to\: send another test mail within ten minutes of the last one]' \
  '--fix[fix what can be fixed without a choice\: each shown as a difference and asked about]' \
  '--yes[with --fix\: do it without asking]' \
  '--bundle[write what a maintainer needs into a new FILE (- is standard output)\: no secret, address or name]:file:_files' \
  '--ack[say that you know of this finding\: it no longer counts]:id: ' \
  '--reason[with --ack\: why]:text: ' \
  '--until[with --ack\: the last day that it holds (a day in the past ends it)]:yyyy-mm-dd: ' \
  '--for-release[say what changes here with another release of LibreChat; checks nothing else]:vx.y.z: ' \
  '--watch-signin[follow LibreChat'\''s log while somebody signs in, and tell its verdict]' \
  '--for[how long\: with --watch-signin (default\: 5m), or --only session (tokens are renewed)]:duration: ' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:()' ;;
explain) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--json[print one JSON object (settings\: a list)]' \
  '--accept-foreign-files[use links that lead out of the folder, and files of other users]' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:_files' ;;
signin) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--plain[ask line by line, without full-screen display]' \
  '--json[print one JSON object (settings\: a list)]' \
  '--resolve[take this address for HOST instead of asking DNS (can be repeated)]:host address: ' \
  '--cacert[trust these certificates as well]:file:_files' \
  '--allow-insecure-login[send passwords also to unverified mail servers, and to LibreChat over plain HTTP]' \
  '--accept-foreign-files[use links that lead out of the folder, and files of other users]' \
  '--password-file[holds the account'\''s password; - is standard input]:file:_files' \
  '--user[ldap\: the name to sign in with (default\: it is asked)]:name: ' \
  '--listen[openid\: wait at http\://127.0.0.1\:PORT/oauth/openid/callback, which has to be registered]:port: ' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:(openid ldap saml google github discord facebook apple)' ;;
users) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--json[print one JSON object (settings\: a list)]' \
  '--remote-docker[run docker commands although the Docker engine is on another machine]' \
  '--accept-foreign-files[use links that lead out of the folder, and files of other users]' \
  '--password-file[holds the account'\''s password; - is standard input]:file:_files' \
  '--yes[do it without asking]' \
  '--name[with add\: the person'\''s name (default\: from the address)]:name: ' \
  '--undo[with unlock\: take back what the last unlock did]' \
  '--for[with ban\: how long (default\: BAN_DURATION)]:duration: ' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:(list add remove reset-password invite ban unban role unlock)' ;;
keys) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--dry-run[show what would be written; write nothing]' \
  '--json[print one JSON object (settings\: a list)]' \
  '--remote-docker[run docker commands although the Docker engine is on another machine]' \
  '--accept-foreign-files[use links that lead out of the folder, and files of other users]' \
  '--yes[do it without asking, and say that there is a dump of the database if none can be made]' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:word:(status rotate jwt sessions creds meili all)' ;;
restore) _arguments \
  '--dir[the LibreChat folder (default\: the current one)]:dir:_files' \
  '--dry-run[show what would be written; write nothing]' \
  '--accept-foreign-files[use links that lead out of the folder, and files of other users]' \
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
  '--force[write although a check failed]' \
  '--json[print one JSON object (settings\: a list)]' \
  '--resolve[take this address for HOST instead of asking DNS (can be repeated)]:host address: ' \
  '--cacert[trust these certificates as well]:file:_files' \
  '--allow-insecure-login[send passwords also to unverified mail servers, and to LibreChat over plain HTTP]' \
  '--remote-docker[run docker commands although the Docker engine is on another machine]' \
  '--accept-foreign-files[use links that lead out of the folder, and files of other users]' \
  '--apply[let LibreChat read what is written; go back if it fails]' \
  '--first-admin[with --apply\: make the first administrator]:email: ' \
  '--admin-password-file[their password (- is standard input; default\: generated, shown once)]:file:_files' \
  '--color[when to use colour\: auto, always or never (auto heeds NO_COLOR)]:when:(auto always never)' \
  '*:command:{_describe command commands}' ;;
esac
