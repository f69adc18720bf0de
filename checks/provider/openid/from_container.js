// Asks for the OpenID provider's discovery document from inside LibreChat's api container, and LibreChat itself whether it registered OpenID.
// `task` ({mark, url, seconds}) and container_script.js are put before this text, and it goes in by standard input. No secret is sent.
const env = process.env
const LARGEST = 256 * 1024
const limit = () => AbortSignal.timeout(task.seconds * 1000)

const discovery = async () => {
    const proxy = ['PROXY', 'HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].find(name => env[name])
    if (proxy) return {proxy}
    try {
        const headers = {accept: 'application/json'}
        const answer = await fetch(task.url, {headers, redirect: 'manual', signal: limit()})
        let text = ''
        const decoder = new TextDecoder()
        for await (const part of answer.body ?? []) {
            text += decoder.decode(part, {stream: true})
            if (text.length > LARGEST) break
        }
        let issuer = ''
        try {
            issuer = String(JSON.parse(text).issuer ?? '').slice(0, 500)
        } catch {}
        return {status: answer.status, issuer}
    } catch (error) {
        return {code: String(error?.cause?.code ?? error?.name ?? 'error').slice(0, 100)}
    }
}
// 302: LibreChat has registered OpenID; 500: it has not, and does not try again before it is restarted.
const registered = async () => {
    try {
        const answer = await fetch(`http://127.0.0.1:${env.PORT || 3080}/oauth/openid`, {redirect: 'manual', signal: limit()})
        return answer.status
    } catch {
        return 0
    }
}
Promise.all([discovery(), registered()]).then(([found, click]) => say({discovery: found, click, issuer: env.OPENID_ISSUER ?? ''}))
