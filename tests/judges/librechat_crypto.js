// Encrypts and decrypts as LibreChat does, with Node's own crypto: packages/data-schemas/src/crypto/index.ts:34-148 (v0.8.8-rc1).
// In: {key, iv, encrypt: [[form, clear], ...], decrypt: [value, ...]}. Out: {encrypted: [...], decrypted: [...]}.
'use strict'
const crypto = require('node:crypto')
const {webcrypto} = crypto
const {key, iv, encrypt = [], decrypt = []} = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
const [raw, fixed] = [Buffer.from(key, 'hex'), Buffer.from(iv, 'hex')]

const imported = use => webcrypto.subtle.importKey('raw', raw, {name: 'AES-CBC'}, false, [use])
const cbc = async (vector, data, use) => Buffer.from(await webcrypto.subtle[use]({name: 'AES-CBC', iv: vector}, await imported(use), data))
const encrypted = async ([form, clear]) => {
    const data = new TextEncoder().encode(clear)
    if (form === 'V1') return (await cbc(fixed, data, 'encrypt')).toString('hex')
    const vector = webcrypto.getRandomValues(new Uint8Array(16))
    if (form === 'V2') return `${Buffer.from(vector).toString('hex')}:${(await cbc(vector, data, 'encrypt')).toString('hex')}`
    const cipher = crypto.createCipheriv('aes-256-ctr', raw, vector)
    return `v3:${Buffer.from(vector).toString('hex')}:${Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()]).toString('hex')}`
}
const decrypted = async value => {
    const parts = value.split(':')
    if (parts[0] === 'v3') {
        const decipher = crypto.createDecipheriv('aes-256-ctr', raw, Buffer.from(parts[1], 'hex'))
        return Buffer.concat([decipher.update(Buffer.from(parts[2], 'hex')), decipher.final()]).toString('utf8')
    }
    const vector = parts.length === 2 ? Buffer.from(parts[0], 'hex') : fixed
    return new TextDecoder().decode(await cbc(vector, Buffer.from(parts.at(-1), 'hex'), 'decrypt'))
}
Promise.all([Promise.all(encrypt.map(encrypted)), Promise.all(decrypt.map(decrypted))]).then(([made, read]) =>
    process.stdout.write(JSON.stringify({encrypted: made, decrypted: read}))
)
