// npm oidc-provider behind TLS on loopback, clients of the test. argv: its folder, certificate file, port. In: one JSON object: {clients, features, pkce}.
// Out: the line "ready", then one line a request: method, path and status. Ends when standard input ends.
import {readFileSync} from 'node:fs'
import {createServer} from 'node:https'
import {pathToFileURL} from 'node:url'
import {createInterface} from 'node:readline'

const [folder, pem, port] = process.argv.slice(2)
const {default: Provider} = await import(pathToFileURL(`${folder}/lib/index.js`))
const text = readFileSync(pem, 'utf8')

const start = ({clients, features = {}, pkce = false}) => {
    const provider = new Provider(`https://localhost:${port}`, {
        clients: clients.map(client => ({grant_types: ['authorization_code', 'refresh_token'], ...client})),
        clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'none'],
        cookies: {keys: ['of the tests']},
        features: {devInteractions: {enabled: false}, pushedAuthorizationRequests: {enabled: true}, ...features},
        pkce: {required: () => pkce},
        scopes: ['openid', 'offline_access', 'profile', 'email'],
        claims: {profile: ['name'], email: ['email']},
    })
    const answer = provider.callback()
    createServer({key: text, cert: text}, (request, response) => {
        response.on('finish', () => console.log(`${request.method} ${request.url.split('?')[0]} ${response.statusCode}`))
        answer(request, response)
    }).listen(Number(port), '127.0.0.1', () => console.log('ready'))
}

const lines = createInterface({input: process.stdin})
lines.once('line', line => start(JSON.parse(line)))
lines.once('close', () => process.exit(0))
