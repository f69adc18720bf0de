"""Settings: bans, and the moderation of messages."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import NO_PAGE, duration, integer, number, secret, section, switch, url
from wizard.librechat.releases import Release

SECTION: Final = section(
    "moderation", "Bans and moderation",
    intro="What happens to people who exceed the limits.",
    docs="configuration/dotenv", source_release=Release(0, 8, 8, 1),
    settings=(
        switch("OPENAI_MODERATION", "Moderation by OpenAI", since=Release(0, 6, 6), default="false",
            help="Sends every chat message to OpenAI's moderation service before a model responds.",
            empty="Off.", consequence="If on with a wrong key, LibreChat refuses every message.",
            source="api/server/middleware/moderateText.js:13"),
        secret("OPENAI_MODERATION_API_KEY", "Key for moderation", since=Release(0, 6, 6),
            help="The OpenAI key that moderation uses.",
            empty="If moderation is on, it fails, and LibreChat refuses every message.", consequence="LibreChat "
            "refuses every "
            "message.",
            source="api/server/middleware/moderateText.js:96"),
        url("OPENAI_MODERATION_REVERSE_PROXY", "Address of the moderation service", since=Release(0, 6, 6),
            default="https://api.openai.com/v1/moderations",
            help="The full address of a moderation service other than OpenAI's.",
            empty="https://api.openai.com/v1/moderations.", consequence="LibreChat refuses every message.",
            source="api/server/middleware/moderateText.js:89"),
        switch("BAN_VIOLATIONS", "Automatic bans", since=Release(0, 5, 9), default="false",
            help="Bans accounts and addresses that exceed limits too often.",
            empty="Off; 'npm run ban-user' then has no effect, either.",
            consequence="If on behind a proxy with a wrong TRUST_PROXY, one person can get everybody banned.",
            source="api/cache/banViolation.js:7,32 api/server/middleware/checkBan.js:56,58"),
        duration("BAN_DURATION", "Length of a ban", since=Release(0, 5, 9), default="7200000",
            help="How long a ban lasts.",
            empty="2 hours.",
            consequence="If the value cannot be evaluated, LibreChat uses 2 hours. 0 ends sessions but bans nobody.",
            source="packages/api/src/cache/cacheConfig.ts:178"),
        integer("BAN_INTERVAL", "Points until a ban", since=Release(0, 5, 9), default="20", minimum=0,
            help="How many violation points lead to a ban. It is a number of points, not a time.",
            empty="20.", consequence="With 0, the first violation leads to a ban. Above 20, 'npm run ban-user' has no "
            "effect.",
            source="api/cache/banViolation.js:7,8"),
        number("LOGIN_VIOLATION_SCORE", "Points: too many sign-ins", since=Release(0, 5, 9), default="1", minimum=0,
            help="Points for exceeding the limit of sign-in attempts. LibreChat gives them only in the two-factor "
            "step, because the account is unknown before it.",
            empty="1.", consequence="If the value is not a number, the first violation leads to a ban.",
            source="api/server/middleware/limiters/loginLimiter.js:6 api/server/middleware/limiters/twoFactorTempLimiter.js:11,18"),
        number("REGISTRATION_VIOLATION_SCORE", "Points: too many registrations", since=Release(0, 5, 9), default="1",
            minimum=0,
            help="Points for exceeding the limit of registrations. LibreChat gives none, because there is no account "
            "yet.",
            empty="1.", consequence="No effect in practice.",
            source="api/server/middleware/limiters/registerLimiter.js:6"),
        number("CONCURRENT_VIOLATION_SCORE", "Points: concurrent responses", since=Release(0, 5, 9), default="1",
            minimum=0,
            help="Points for requesting more concurrent responses than allowed.",
            empty="1.", consequence="If the value cannot be evaluated, LibreChat uses 1.",
            source="packages/api/src/middleware/concurrency.ts:10"),
        number("MESSAGE_VIOLATION_SCORE", "Points: too many messages", since=Release(0, 7, 9), default="1", minimum=0,
            help="Points for exceeding the limit of messages.",
            empty="1.", consequence="If the value is not a number, the first violation bans the account and its "
            "address.",
            source="api/server/middleware/limiters/messageLimiters.js:12"),
        number("NON_BROWSER_VIOLATION_SCORE", "Points: not a browser", since=Release(0, 5, 9), default="20", minimum=0,
            help="Points for a signed-in request whose User-Agent is not a browser, such as curl.",
            empty="20: one such request is enough for a ban.",
            consequence="Scripts that use a person's token get that person banned.",
            source="api/server/middleware/uaParser.js:21"),
        number("TTS_VIOLATION_SCORE", "Points: text to speech", since=Release(0, 7, 9), default="1", minimum=0,
            help="Points for exceeding the limit of text-to-speech requests.",
            empty="1; the sample file sets 0.", consequence="If the value is not a number, the first violation leads "
            "to a ban.",
            source="api/server/middleware/limiters/ttsLimiters.js:11"),
        number("STT_VIOLATION_SCORE", "Points: speech to text", since=Release(0, 7, 9), default="1", minimum=0,
            help="Points for exceeding the limit of speech-to-text requests.",
            empty="1; the sample file sets 0.", consequence="If the value is not a number, the first violation leads "
            "to a ban.",
            source="api/server/middleware/limiters/sttLimiters.js:11"),
        number("FORK_VIOLATION_SCORE", "Points: forked conversations", since=Release(0, 7, 9), default="1", minimum=0,
            help="Points for exceeding the limit of forked conversations.",
            empty="1; the sample file sets 0.", consequence="If the value is not a number, the first violation leads "
            "to a ban.",
            source="api/server/middleware/limiters/forkLimiters.js:11"),
        number("IMPORT_VIOLATION_SCORE", "Points: imports", since=Release(0, 7, 9), default="1", minimum=0,
            help="Points for exceeding the limit of imported conversations.",
            empty="1; the sample file sets 0.", consequence="If the value is not a number, the first violation leads "
            "to a ban.",
            source="api/server/middleware/limiters/importLimiters.js:11"),
        number("FILE_UPLOAD_VIOLATION_SCORE", "Points: uploads", since=Release(0, 7, 9), default="1", minimum=0,
            help="Points for exceeding the limit of uploads.",
            empty="1; the sample file sets 0.", consequence="If the value is not a number, the first violation leads "
            "to a ban.",
            source="api/server/middleware/limiters/uploadLimiters.js:11,104"),
        number("TOOL_CALL_VIOLATION_SCORE", "Points: tool calls", since=Release(0, 7, 9), default="1", minimum=0,
            help="Points for exceeding the limit of tool calls.",
            empty="1.", consequence="If the value is not a number, the first violation leads to a ban.",
            source="api/server/middleware/limiters/toolCallLimiter.js:6"),
        number("CONVO_ACCESS_VIOLATION_SCORE", "Points: somebody else's conversation", since=Release(0, 7, 4),
            default="0", minimum=0,
            help="Points for requesting a conversation of another account.",
            empty="0.", consequence="If the value is not a number, the first violation leads to a ban.",
            source="api/server/middleware/validate/convoAccess.js:7"),
        number("ILLEGAL_MODEL_REQ_SCORE", "Points: unavailable model", since=Release(0, 7, 0), default="1", minimum=0,
            help="Points for requesting a model that is not available.",
            empty="1; the sample file sets 5.", consequence="If the value is not a number, the first violation leads "
            "to a ban.",
            source="api/server/middleware/validateModel.js:57 packages/api/src/agents/validation.ts:807"),
        number("RESET_PASSWORD_VIOLATION_SCORE", "Points: password resets", since=Release(0, 7, 3), default="1",
            minimum=0,
            help="Points for exceeding the limit of reset requests. LibreChat gives none, because it does not know "
            "the account.",
            empty="1.", consequence="No effect in practice.",
            source="api/server/middleware/limiters/resetPasswordLimiter.js:9"),
        number("VERIFY_EMAIL_VIOLATION_SCORE", "Points: confirmation emails", since=Release(0, 7, 3), default="1",
            minimum=0,
            help="Points for requesting too many confirmation emails. LibreChat gives none, because it does not know "
            "the account.",
            empty="1.", consequence="No effect in practice.",
            source="api/server/middleware/limiters/verifyEmailLimiter.js:9"),
        number("RESET_PASSWORD_SUBMISSION_VIOLATION_SCORE", "Points: new passwords", since=Release(0, 8, 8, 1),
            default="1", minimum=0,
            help="Points for submitting too many new passwords with a reset link. LibreChat gives none, because it "
            "does not know the account.",
            empty="1.", consequence="No effect in practice.",
            source="api/server/middleware/limiters/resetPasswordSubmissionLimiter.js:9"),
        number("VERIFY_EMAIL_SUBMISSION_VIOLATION_SCORE", "Points: confirmations", since=Release(0, 8, 8, 1),
            default="1", minimum=0,
            help="Points for submitting too many confirmations. LibreChat gives none, because it does not know the "
            "account.",
            empty="1.", consequence="No effect in practice.",
            source="api/server/middleware/limiters/verifyEmailSubmissionLimiter.js:9"),
        number("TWO_FACTOR_TEMP_VIOLATION_SCORE", "Points: two-factor codes", since=Release(0, 8, 7, 1), docs=NO_PAGE,
            minimum=0,
            help="Points for trying too many two-factor codes.",
            empty="As LOGIN_VIOLATION_SCORE.",
            consequence="LibreChat knows the account here: enough wrong codes ban it and its address.",
            source="api/server/middleware/limiters/twoFactorTempLimiter.js:14,18"),
        duration("VIOLATION_SCORE_TTL", "Time until points expire", since=Release(0, 8, 8, 2), default="1000 * 60 * 60",
            help="How long LibreChat keeps the points that a person collects towards a ban.",
            empty="One hour. Before v0.8.8-rc2, points never expired.", consequence="With 0, points never expire. The "
            "length of a ban is BAN_DURATION.",
            source=".env.example:818"),
        integer("SHARE_VIOLATION_SCORE", "Points for reading too many shared links", since=Release(0, 8, 8, 3), default="0", minimum=0,
            help="How many points towards a ban people get for exceeding the limit.",
            empty="0: none.", consequence="People who share one IP address collect points together.", source=".env.example:829"),
    ),
)  # fmt: skip
