"""Settings for features of Microsoft Entra ID beyond OpenID."""

from __future__ import annotations

from typing import Final

from wizard.catalogue.conditions import any_set
from wizard.catalogue.declare import NO_PAGE, listing, section, switch, text, url
from wizard.librechat.releases import Release

SECTION: Final = section(
    "entra", "Entra ID",
    intro="People search and SharePoint files through Microsoft Entra ID.",
    docs="configuration/authentication/OAuth2-OIDC/azure", since=Release(0, 8, 0, 3), source_release=Release(0, 8, 8, 1),
    settings=(
        # .env.example sets it: its value is not a sign that somebody means to use it, so nothing is said where it has no effect.
        listing("OPENID_GRAPH_SCOPES", "Entra ID: Graph scopes", default="User.Read,People.Read,Group.Read.All",
            help="The Microsoft Graph scopes for people search. LibreChat does not add them to OPENID_SCOPE.",
            empty="User.Read, People.Read, Group.Read.All.", consequence="People search finds nobody.",
            source="api/server/services/GraphApiService.js:72,405,406"),
        text("GRAPH_API_SCOPES", "Entra ID: scopes for MCP", since=Release(0, 8, 3, 1), docs=NO_PAGE,
            default="https://graph.microsoft.com/.default", applies=any_set("OPENID_CLIENT_ID"),
            help="The scopes of the Graph token that LibreChat passes to MCP servers.",
            empty="https://graph.microsoft.com/.default.", consequence="MCP servers get a token with the wrong "
            "permissions.",
            source="api/server/services/MCP.js:1307 packages/api/src/mcp/MCPConnectionFactory.ts:163 packages/api/src/mcp/MCPManager.ts:947 packages/api/src/mcp/UserConnectionManager.ts:696"),
        switch("USE_ENTRA_ID_FOR_PEOPLE_SEARCH", "Entra ID: people search", default="false",
            applies=any_set("OPENID_CLIENT_ID"),
            help="Lets users search Entra ID for people to share with. Requires token reuse.",
            empty="Off.", consequence="No effect without OPENID_REUSE_TOKENS.",
            source="api/server/services/GraphApiService.js:22"),
        switch("ENTRA_ID_INCLUDE_OWNERS_AS_MEMBERS", "Entra ID: treat owners as members", default="false",
            applies=any_set("OPENID_CLIENT_ID"),
            help="Treats a group's owners as members.",
            empty="Off.", consequence="Owners get permissions that are meant for members.",
            source="api/server/services/PermissionService.js:417,542"),
        switch("ENABLE_SHAREPOINT_FILEPICKER", "SharePoint: file picker", default="false",
            applies=any_set("OPENID_CLIENT_ID"),
            help="Lets users choose files from SharePoint. Requires token reuse.",
            empty="Off.", consequence="Without OPENID_REUSE_TOKENS, the picker's requests return 403.",
            source="api/server/routes/config.js:33"),
        url("SHAREPOINT_BASE_URL", "SharePoint: URL", applies=any_set("OPENID_CLIENT_ID"),
            help="The URL of your SharePoint site.",
            empty="The picker does not open.", consequence="The picker does not open.",
            source="api/server/routes/config.js:299"),
        text("SHAREPOINT_PICKER_SHAREPOINT_SCOPE", "SharePoint: scope", applies=any_set("OPENID_CLIENT_ID"),
            help="The scope that the picker requests.",
            empty="The picker does not open.", consequence="SharePoint rejects the picker's request.",
            source="api/server/routes/config.js:301"),
        text("SHAREPOINT_PICKER_GRAPH_SCOPE", "SharePoint: Graph scope", applies=any_set("OPENID_CLIENT_ID"),
            help="The Graph scope for downloads.",
            empty="LibreChat cannot download files.", consequence="LibreChat cannot download files.",
            source="api/server/routes/config.js:300"),
    ),
)  # fmt: skip
