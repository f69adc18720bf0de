"""LibreChat itself: where it listens, its database and configuration file."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.model import Choice, Kind, Setting
from wizard.librechat.releases import Release

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        key="HOST",
        section="server",
        kind=Kind.HOST,
        title="Listening address",
        help="The address that LibreChat listens on inside its container.",
        empty="It listens on localhost; the compose files set 0.0.0.0 themselves.",
        consequence=(
            "With localhost inside a container nobody reaches the port. The compose files' own value wins "
            "over this line."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="localhost",
        since=Release(0, 0, 3),
        source=(
            "api/server/index.js:77",
            "api/server/index.js:81",
            "docker-compose.yml:18",
            "deploy-compose.yml:20",
        ),
    ),
    Setting(
        key="PORT",
        section="server",
        kind=Kind.PORT,
        title="Port",
        help=("The port that LibreChat listens on and, with docker-compose.yml, the port published on the host."),
        empty=("LibreChat takes 3080; docker-compose.yml then has no valid port mapping and refuses to start."),
        consequence=(
            "An empty value makes Docker Compose refuse the project. On the deploy stack everything but 3080 "
            "breaks, because mapping and nginx are fixed to it."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="3080",
        minimum=1,
        maximum=65535,
        since=Release(0, 0, 1),
        source=(
            "api/server/index.js:77",
            "api/server/index.js:80",
            "docker-compose.yml:8",
        ),
    ),
    Setting(
        key="NODE_ENV",
        section="server",
        kind=Kind.CHOICE,
        title="Node environment",
        help="Whether Node runs as production. It decides about Secure cookies before v0.8.6.",
        empty="docker-compose.yml's start command and deploy-compose.yml set production themselves.",
        consequence=(
            "The value in .env has no effect on the compose stack. Anything but production makes sign-in "
            "cookies travel over plain HTTP."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        choices=(
            Choice(value="production", label="as the images run"),
            Choice(value="development", label="cookies not Secure, messages with details"),
            Choice(value="CI", label="for tests of LibreChat itself"),
            Choice(value="test", label="for tests of LibreChat itself"),
        ),
        since=Release(0, 4, 0),
        source=(
            "api/server/controllers/AuthController.js:273",
            "api/server/utils/staticCache.js:25",
            "config/prepare.js:3",
            "packages/api/src/oauth/csrf.ts:25",
        ),
    ),
    Setting(
        key="CONFIG_PATH",
        section="server",
        kind=Kind.TEXT,
        title="Path of librechat.yaml",
        help=("Where LibreChat finds its configuration file, inside the container, or a URL it fetches it from."),
        empty="/app/librechat.yaml.",
        consequence=(
            "A file that is missing means defaults: registration.socialLogins and allowedDomains do not apply."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        since=Release(0, 7, 0),
        source=("api/server/services/Config/loadCustomConfig.js:71",),
    ),
    Setting(
        key="CONFIG_BYPASS_VALIDATION",
        section="server",
        kind=Kind.BOOL,
        title="Start with a broken librechat.yaml",
        help="Lets LibreChat start although librechat.yaml is invalid.",
        empty="An invalid file stops LibreChat at start.",
        consequence=(
            "The invalid file is ignored as a whole: the allowed domains and the list of sign-in providers "
            "silently fall away."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        default="false",
        since=Release(0, 8, 2, 1),
        source=("api/server/services/Config/loadCustomConfig.js:146",),
    ),
    Setting(
        key="APP_TITLE",
        section="server",
        kind=Kind.TEXT,
        title="Name of the site",
        help="The name in the browser's tab, in mails and in authenticator apps.",
        empty="LibreChat; but the sender's name in mails is then 'undefined' unless EMAIL_FROM_NAME is set.",
        consequence="Cosmetic only.",
        docs="https://www.librechat.ai/docs/configuration/authentication/email",
        default="LibreChat",
        since=Release(0, 5, 1),
        source=(
            "api/server/controllers/TwoFactorController.js:12",
            "api/server/routes/config.js:72",
            "api/server/services/AuthService.js:230",
            "api/server/services/AuthService.js:495",
        ),
    ),
    Setting(
        key="MONGO_URI",
        section="server",
        kind=Kind.SECRET,
        title="Database",
        help="The address of MongoDB. The compose files set it for their own database.",
        empty="LibreChat does not start.",
        consequence=(
            "With a wrong address LibreChat stops at start. The compose files' own value wins over this line."
        ),
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        secret=True,
        since=Release(0, 0, 1),
        source=("api/db/connect.js:6",),
    ),
    Setting(
        key="UID",
        section="server",
        kind=Kind.INT,
        title="User of the containers",
        help=(
            "The number of the user that docker-compose.yml runs LibreChat, MongoDB and Meilisearch as. It "
            "must be able to read .env and to write the data folders."
        ),
        empty="The images' own user, 1000.",
        consequence="A user that cannot read .env: LibreChat starts without any setting and says nothing.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        minimum=0,
        since=Release(0, 6, 0),
        source=(
            "docker-compose.yml:14",
            "docker-compose.yml:60",
            "docker-compose.yml:68",
        ),
    ),
    Setting(
        key="GID",
        section="server",
        kind=Kind.INT,
        title="Group of the containers",
        help="The number of the group that docker-compose.yml runs them as.",
        empty="The images' own group, 1000.",
        consequence="See UID.",
        docs="https://www.librechat.ai/docs/configuration/dotenv",
        minimum=0,
        since=Release(0, 6, 0),
        source=(
            "docker-compose.yml:14",
            "docker-compose.yml:60",
            "docker-compose.yml:68",
        ),
    ),
    Setting(
        key="NODE_EXTRA_CA_CERTS",
        section="server",
        kind=Kind.PATH,
        title="Further CA certificates",
        help=(
            "The path, inside the container, of a PEM file with CAs that LibreChat trusts besides Node's own:"
            " a private CA of the identity provider, say."
        ),
        empty="Node's own CAs only; those of the host do not count.",
        consequence="In .env it comes too late on the compose stack: the wizard puts it into the override.",
    ),
    Setting(
        key="NODE_TLS_REJECT_UNAUTHORIZED",
        section="server",
        kind=Kind.CHOICE,
        title="Switch off certificate checks",
        help="0 makes Node accept every certificate for all connections.",
        empty="Certificates are checked.",
        consequence="0: whoever stands in between reads secrets. Mail is not affected by it.",
        choices=(
            Choice(value="0", label="accept every certificate"),
            Choice(value="1", label="check certificates"),
        ),
    ),
)
