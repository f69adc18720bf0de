// Asks LibreChat from inside the admin panel's container, where the panel's server would (src/server/utils/url.ts), with its own Bun.
// `task` ({mark, seconds}) and container_script.js are put before this text, and it goes in by standard input. No secret goes in or out.
const base = (process.env.API_SERVER_URL || process.env.VITE_API_BASE_URL || 'http://localhost:3080').replace(/\/+$/, '')
const LARGEST = 256 * 1024

const asked = async () => {
    try {
        const answer = await fetch(`${base}/api/config`, {redirect: 'manual', signal: AbortSignal.timeout(task.seconds * 1000)})
        let text = ''
        const decoder = new TextDecoder()
        for await (const part of answer.body ?? []) {
            text += decoder.decode(part, {stream: true})
            if (text.length > LARGEST) break
        }
        let known = false
        try {
            known = 'serverDomain' in JSON.parse(text)
        } catch {}
        return {status: answer.status, known}
    } catch (error) {
        return {code: String(error?.cause?.code ?? error?.code ?? error?.name ?? 'error').slice(0, 100)}
    }
}
asked().then(answer => say({answer, address: base.slice(0, 500)}))
