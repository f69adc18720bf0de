"""The security headers that LibreChat sends from v0.8.8 on."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.declare import choice, integer, listing, section, text, url, word_switch
from wizard.catalogue.model import Choice
from wizard.librechat.releases import Release

_OMITTED: Final = Choice("off", "LibreChat does not send the header")
_SOURCES: Final = "If CSP_REPORT_ONLY is off, browsers block every source that is neither listed here nor allowed by LibreChat itself."
_EXTRA: Final = "Only LibreChat's own list."

SECTION: Final = section(
    "security-headers", "Security headers",
    intro="Headers that make browsers restrict the page and require HTTPS. The defaults suit most installations.",
    docs="configuration/security_headers", source_release=Release(0, 8, 8), since=Release(0, 8, 8, 2),
    settings=(
        word_switch("SECURITY_HEADERS", "Security headers", default="true",
            help="Whether LibreChat sends security headers.",
            empty="LibreChat sends them.",
            consequence="If this is off, LibreChat sends no security headers, not even a Content-Security-Policy. Only the "
            "proxy's own headers remain.",
            source=".env.example:85"),
        word_switch("HSTS_ENABLED", "Require HTTPS (HSTS from LibreChat)", default="true",
            help="Makes browsers use only HTTPS for this host name. Turn HSTS off while you are testing HTTPS, in case you return to plain HTTP.",
            empty="Browsers require HTTPS for a year after a visit over HTTPS.",
            consequence="After one visit over HTTPS, browsers no longer use plain HTTP for this host name. This also applies to other services under this host name.",
            source=".env.example:90"),
        integer("HSTS_MAX_AGE", "HSTS: duration in seconds", default="31536000", minimum=0,
            help="How long browsers require HTTPS, in seconds. 0 turns the requirement off. Unlike in SESSION_EXPIRY, arithmetic is not allowed.",
            empty="One year (31536000).", consequence="If the value is not a whole number, LibreChat uses one year.",
            source=".env.example:91"),
        word_switch("HSTS_INCLUDE_SUBDOMAINS", "HSTS for every subdomain", default="false",
            help="Extends HSTS to all subdomains of this host name.",
            empty="Only this host name.", consequence="Browsers cannot open subdomains that lack HTTPS.",
            source=".env.example:92"),
        word_switch("HSTS_PRELOAD", "HSTS preload", default="false",
            help="Asks browser vendors to add the host name to their HSTS preload list.",
            empty="LibreChat does not request preloading.", consequence="Requires HSTS_INCLUDE_SUBDOMAINS and a public host name. Removal takes months.",
            source=".env.example:93"),
        choice("X_FRAME_OPTIONS", "Embedding in other pages", default="SAMEORIGIN",
            help="Whether another site, such as a portal, a Teams tab or a wiki, may show LibreChat in a frame.",
            empty="Only same-origin pages may show LibreChat.",
            consequence="With SAMEORIGIN or DENY, a portal cannot show LibreChat. Turn the header off only if CSP_FRAME_ANCESTORS is enforced; otherwise, any site can frame the sign-in page.",
            choices=(Choice("SAMEORIGIN", "pages of the same origin"), Choice("DENY", "nobody"), _OMITTED),
            source=".env.example:97"),
        choice("REFERRER_POLICY", "Referrer policy", default="no-referrer",
            help="How much of the page's URL browsers send to other sites.",
            empty="no-referrer.", consequence="LibreChat ignores a value that is not a valid policy.",
            choices=(
                Choice("no-referrer", "nothing"),
                Choice("no-referrer-when-downgrade", "nothing to plain HTTP sites"),
                Choice("same-origin", "nothing to other sites"),
                Choice("origin", "only the origin, not the page"),
                Choice("strict-origin", "only the origin, nothing to plain HTTP sites"),
                Choice("origin-when-cross-origin", "the full URL to this site, the origin to others"),
                Choice("strict-origin-when-cross-origin", "the browser default"),
                Choice("unsafe-url", "the full URL"),
                _OMITTED,
            ),
            source=".env.example:100"),
        choice("CROSS_ORIGIN_OPENER_POLICY", "Cross-origin opener policy", default="same-origin",
            help="Whether LibreChat can communicate with windows that it opens, or that open it.",
            empty="same-origin.",
            consequence="With same-origin, a sign-in popup that needs its opener fails. This setting does not fix "
            "auth_cross_origin errors.",
            choices=(
                Choice("same-origin", "only pages from this origin"),
                Choice("same-origin-allow-popups", "this origin and its popups"),
                Choice("noopener-allow-popups", "its popups, but not its opener"),
                Choice("unsafe-none", "any page"),
                _OMITTED,
            ),
            source=".env.example:104"),
        choice("CROSS_ORIGIN_RESOURCE_POLICY", "Cross-origin resource policy", default="same-origin",
            help="Whether other sites may embed LibreChat's images and files.",
            empty="same-origin.", consequence="This setting does not fix auth_cross_origin errors.",
            choices=(
                Choice("same-origin", "only this origin"),
                Choice("same-site", "the same site"),
                Choice("cross-origin", "any site"),
                _OMITTED,
            ),
            source=".env.example:108"),
        word_switch("CSP_ENABLED", "Content-Security-Policy", default="false",
            help="Adds a Content-Security-Policy to the page. Requires SECURITY_HEADERS.",
            empty="LibreChat sends none.", consequence="Parts of the page may stop working. Test with CSP_REPORT_ONLY "
            "first.", source=".env.example:119"),
        word_switch("CSP_REPORT_ONLY", "Content-Security-Policy: report only", default="true",
            help="Whether browsers only report what the policy would block.",
            empty="Browsers only report.", consequence="Browsers enforce the policy only if this is off.", source=".env.example:120"),
        url("CSP_REPORT_URI", "Content-Security-Policy: report URL",
            help="The URL that browsers send their reports to.", empty="Browsers send no reports and show "
            "violations only in their console.",
            consequence="Reports are lost.", source=".env.example:121"),
        word_switch("CSP_ALLOW_WASM", "Content-Security-Policy: WebAssembly", default="true",
            help="Allows WebAssembly, which LibreChat needs to convert HEIC images.", empty="Allowed.",
            consequence="If this is off, users cannot upload HEIC images.", source=".env.example:129"),
        word_switch("CSP_ALLOW_DATA_WORKERS", "Content-Security-Policy: data workers", default="true",
            help="Allows workers from data: URLs, which the code editor needs.", empty="Allowed.",
            consequence="If this is off, the code editor does not work.", source=".env.example:130"),
        listing("CSP_FRAME_ANCESTORS", "Content-Security-Policy: frame ancestors", default="'self'",
            help="The origins that may show LibreChat in a frame. Replaces the default list.",
            empty="Only this origin.",
            consequence="Takes effect only if CSP_REPORT_ONLY is off. Enforce the policy before you set "
            "X_FRAME_OPTIONS=off.", source=".env.example:160"),
        text("CSP_ADDITIONAL_DIRECTIVES", "Content-Security-Policy: additional directives",
            help="Additional directives, separated by semicolons.", empty="None.",
            consequence="upgrade-insecure-requests breaks LibreChat over plain HTTP.", source=".env.example:163"),
        *(
            listing(f"CSP_{name}_EXTRA", f"Content-Security-Policy: {what}",
                help=f"Additional sources for {what}, separated by commas or spaces.", empty=_EXTRA,
                consequence="Setting this removes strict-dynamic from the policy." if name == "SCRIPT_SRC" else _SOURCES, source=f".env.example:{line}")
            for name, what, line in (
                ("DEFAULT_SRC", "everything else", 150),
                ("SCRIPT_SRC", "scripts", 155),
                ("STYLE_SRC", "styles", 145),
                ("IMG_SRC", "pictures", 144),
                ("FONT_SRC", "fonts", 146),
                ("CONNECT_SRC", "connections", 142),
                ("MEDIA_SRC", "audio and video", 147),
                ("FRAME_SRC", "frames", 143),
                ("WORKER_SRC", "workers", 148),
                ("FORM_ACTION", "form targets", 149),
            )
        ),
    ),
)  # fmt: skip
