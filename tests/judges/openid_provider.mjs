// npm oidc-provider behind TLS on loopback, clients of the test. argv: its folder, certificate file, port.
// In: one JSON object: {clients, features, pkce, account, ttl, rotates, jwtAccess}. With an account (its claims, sub among them) every browser
// is signed in as that one and consents; ttl is oidc-provider's own, rotates its rotateRefreshToken; omits names what a renewal's answer lacks.
// Out: the line "ready", then one line a request: method, path and status. Ends when standard input ends.
import {readFileSync} from 'node:fs'
import {createServer} from 'node:https'
import {pathToFileURL} from 'node:url'
import {createInterface} from 'node:readline'

const [folder, pem, port] = process.argv.slice(2)
const {default: Provider} = await import(pathToFileURL(`${folder}/lib/index.js`))
const text = readFileSync(pem, 'utf8')

const signedIn = async (provider, account, request, response) => {
    const {prompt, params, session} = await provider.interactionDetails(request, response)
    if (prompt.name === 'login') return provider.interactionFinished(request, response, {login: {accountId: account.sub}})
    const grant = new provider.Grant({accountId: session.accountId, clientId: params.client_id})
    grant.addOIDCScope(params.scope)
    return provider.interactionFinished(request, response, {consent: {grantId: await grant.save()}}, {mergeWithLastSubmission: true})
}

const start = ({clients, features = {}, pkce = false, account, ttl, rotates, jwtAccess, conform = true, omits = []}) => {
    const resource = {
        enabled: true, defaultResource: () => 'urn:librechat', useGrantedResource: () => true,
        getResourceServerInfo: () => ({scope: 'openid profile email offline_access', accessTokenFormat: 'jwt'}),
    }
    const provider = new Provider(`https://localhost:${port}`, {
        clients: clients.map(client => ({grant_types: ['authorization_code', 'refresh_token'], ...client})),
        clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'none'],
        cookies: {keys: ['of the tests']},
        features: {
            devInteractions: {enabled: false}, pushedAuthorizationRequests: {enabled: true}, revocation: {enabled: true},
            ...(jwtAccess ? {resourceIndicators: resource} : {}), ...features,
        },
        ...(account ? {
            findAccount: (_, sub) => ({accountId: sub, claims: () => ({...account, sub})}),
            interactions: {url: (_, interaction) => `/interaction/${interaction.uid}`},
            issueRefreshToken: (_, client, code) => client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
        } : {}),
        ...(ttl ? {ttl} : {}),
        ...(rotates === undefined ? {} : {rotateRefreshToken: rotates}),
        conformIdTokenClaims: conform,
        pkce: {required: () => pkce},
        scopes: ['openid', 'offline_access', 'profile', 'email'],
        claims: {profile: ['name', 'given_name', 'family_name', 'preferred_username', 'groups'], email: ['email', 'email_verified']},
    })
    // What a renewal's answer lacks.
    if (omits.length) provider.use(async (context, next) => {
        await next()
        if (context.oidc?.route === 'token' && context.oidc.params?.grant_type === 'refresh_token') for (const name of omits) delete context.body[name]
    })
    const answer = provider.callback()
    createServer({key: text, cert: text}, (request, response) => {
        response.on('finish', () => console.log(`${request.method} ${request.url.split('?')[0]} ${response.statusCode}`))
        if (account && request.url.startsWith('/interaction/')) return signedIn(provider, account, request, response).catch(() => response.writeHead(500).end())
        return answer(request, response)
    }).listen(Number(port), '127.0.0.1', () => console.log('ready'))
}

const lines = createInterface({input: process.stdin})
lines.once('line', line => start(JSON.parse(line)))
lines.once('close', () => process.exit(0))
