"""LibreChat itself: where it listens, its database and configuration file."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import NO_PAGE, choice, host, integer, path, port, secret, section, switch, text
from wizard.catalogue.model import Choice
from wizard.librechat.releases import Release

SECTION: Final = section(
    "server", "Server",
    intro="Ports, database, configuration file and the user of the containers.",
    docs="configuration/dotenv", source_release=Release(0, 8, 8, 1),
    settings=(
        host("HOST", "Listening address", since=Release(0, 0, 3), default="localhost",
            help="The address that LibreChat listens on inside its container.",
            empty="LibreChat listens on localhost; the compose files set 0.0.0.0 themselves.",
            consequence="With localhost inside a container, nobody can reach the port. The compose files' own value "
            "overrides this line.",
            source="api/server/index.js:77,81 docker-compose.yml:18 deploy-compose.yml:20"),
        port("PORT", "Port", since=Release(0, 0, 1), default="3080", minimum=1, maximum=65535,
            help="The port that LibreChat listens on and, with docker-compose.yml, the port published on the host.",
            empty="LibreChat uses 3080, but the port mapping in docker-compose.yml is then invalid, and Docker Compose "
            "refuses to start.",
            consequence="With an empty value, Docker Compose rejects the project. On the deploy stack, only 3080 "
            "works, because the port mapping and nginx are fixed to it.",
            source="api/server/index.js:77,80 docker-compose.yml:8"),
        choice("NODE_ENV", "Node environment", since=Release(0, 4, 0),
            help="Whether Node runs in production mode. Before v0.8.6 it also determines whether cookies are Secure.",
            empty="docker-compose.yml's start command and deploy-compose.yml set production themselves.",
            consequence="The value in .env has no effect on the compose stack. With any value other than production, "
            "browsers also send sign-in cookies over plain HTTP.",
            choices=(
                Choice("production", "the images' default"),
                Choice("development", "cookies not Secure, detailed error messages"),
                Choice("CI", "for tests of LibreChat itself"),
                Choice("test", "for tests of LibreChat itself"),
            ),
            source="api/server/controllers/AuthController.js:273 api/server/utils/staticCache.js:25 config/prepare.js:3 packages/api/src/oauth/csrf.ts:25"),
        text("CONFIG_PATH", "Path of librechat.yaml", since=Release(0, 7, 0),
            help="The path of the configuration file inside the container, or a URL that LibreChat downloads it from.",
            empty="/app/librechat.yaml.",
            consequence="If the file is missing, LibreChat uses its defaults: registration.socialLogins and "
            "allowedDomains do not apply.",
            source="api/server/services/Config/loadCustomConfig.js:71"),
        switch("CONFIG_BYPASS_VALIDATION", "Start with an invalid librechat.yaml", since=Release(0, 8, 2, 1),
            default="false",
            help="Lets LibreChat start even if librechat.yaml is invalid.",
            empty="If the file is invalid, LibreChat stops at startup.",
            consequence="LibreChat ignores the whole file if it is invalid, including the allowed domains and the "
            "list of sign-in providers.",
            source="api/server/services/Config/loadCustomConfig.js:146"),
        text("APP_TITLE", "Name of the site", since=Release(0, 5, 1), docs="configuration/authentication/email",
            default="LibreChat",
            help="The name in the browser tab, in emails and in authenticator apps.",
            empty="LibreChat, but the sender's name in emails is 'undefined' unless EMAIL_FROM_NAME is set.",
            consequence="Cosmetic only.",
            source="api/server/controllers/TwoFactorController.js:12 api/server/routes/config.js:72 api/server/services/AuthService.js:230,495"),
        secret("MONGO_URI", "Database", since=Release(0, 0, 1),
            help="The address of MongoDB. The compose files set it for their own database.",
            empty="LibreChat does not start.",
            consequence="If the address is wrong, LibreChat stops at startup. The compose files' own value overrides this "
            "line.",
            source="api/db/connect.js:6"),
        integer("UID", "User of the containers", since=Release(0, 6, 0), minimum=0,
            help="The ID of the user that docker-compose.yml runs LibreChat, MongoDB and Meilisearch as. This user "
            "must be able to read .env and to write to the data folders.",
            empty="With docker-compose.yml's user: \"${UID}:${GID}\", Docker runs the containers as root.",
            consequence="If the user cannot read .env, LibreChat starts without any settings and reports no error.",
            source="docker-compose.yml:14,60,68"),
        integer("GID", "Group of the containers", since=Release(0, 6, 0), minimum=0,
            help="The ID of the group that docker-compose.yml runs these containers as.",
            empty="If UID is also blank, the containers run with root's group.", consequence="See UID.",
            source="docker-compose.yml:14,60,68"),
        path("NODE_EXTRA_CA_CERTS", "Additional CA certificates", docs=NO_PAGE,
            help="The path, inside the container, of a PEM file with CAs that LibreChat trusts in addition to Node's "
            "own, for example the identity provider's private CA.",
            empty="LibreChat trusts only Node's own CAs, not those of the host.",
            consequence="On the compose stack, it has no effect in .env, because Node reads it before LibreChat loads "
            ".env. The wizard puts it into docker-compose.override.yml."),
        choice("NODE_TLS_REJECT_UNAUTHORIZED", "Switch off certificate checks", docs=NO_PAGE,
            help="0 makes Node accept any certificate on all connections.",
            empty="LibreChat verifies certificates.",
            consequence="With 0, anyone on the network path can read secrets. It does not affect mail.",
            choices=(Choice("0", "accept every certificate"), Choice("1", "check certificates"))),
        switch("TRUST_TENANT_HEADER", "Trust the tenant in a header", since=Release(0, 8, 8), default="false",
            help="Whether X-Tenant-Id determines the tenant of people who are not signed in yet.",
            empty="Off.",
            consequence="If on, anyone who sends the header can choose the tenant. Use it only behind a proxy that "
            "removes the header and sets its own.",
            source=".env.example:1"),
        switch("ENABLE_INSIGHTS", "Usage data for administrators", since=Release(0, 8, 8, 2), default="false",
            help="Shows administrators how much each person uses LibreChat.",
            empty="Off.", consequence="You may be required to tell people about this.", source=".env.example:69"),
        choice("CONSOLE_LOG_LEVEL", "What the console log contains", since=Release(0, 8, 8, 2), default="info",
            help="How much LibreChat writes to the log that 'docker logs' shows. Overrides DEBUG_CONSOLE.",
            empty="info.",
            consequence="With error or silent, the log does not show why a sign-in failed.",
            choices=tuple(Choice(level, about) for level, about in (
                ("error", "errors only"), ("warn", "and warnings"), ("info", "normal operation"), ("http", "and requests"),
                ("verbose", "more"), ("debug", "for debugging"), ("activity", "more"), ("silly", "everything"), ("silent", "nothing"),
            )),
            source=".env.example:199"),
        secret("RUM_PROXY_AUTHORIZATION", "Authorization for the telemetry proxy", since=Release(0, 8, 8, 4),
            help="The full Authorization header that LibreChat sends to the collector of browser telemetry.",
            empty="None is sent.", consequence="The collector rejects the data.", source=".env.example:384"),
    ),
)  # fmt: skip
