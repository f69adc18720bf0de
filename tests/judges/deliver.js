// Sends mails as LibreChat's api/server/utils/sendEmail.js (v0.8.7) does, many at a time, with the nodemailer named in argv[2].
// In: one JSON object a line: {id, env, to, patience, redirect}. Out: one a line: {id, ok, code, message}.
'use strict'
const {AsyncLocalStorage} = require('async_hooks')
const dns = require('dns')
const net = require('net')
const readline = require('readline')
const tls = require('tls')

const [library, atOnce = '32', ...known] = process.argv.slice(2)
const nodemailer = require(library)
const current = new AsyncLocalStorage()

// Up to 9.1.1 the name for TLS is kept by host for five minutes: one cell would decide for the next.
const {dnsCache} = require(`${library}/lib/shared`)
if (dnsCache) dnsCache.set = () => dnsCache

// Names of the tests lead to this machine, whatever network it is in; all others are known to the hosts file only.
const isKnown = name => known.some(end => name.toLowerCase().replace(/\.$/, '').endsWith(end))
const answering = (local, others) =>
    function (name, callback) {
        setImmediate(() => callback(null, name.toLowerCase() === 'localhost' ? [local] : isKnown(name) ? others : []))
    }
dns.Resolver.prototype.resolve4 = answering('127.0.0.1', ['127.0.0.1'])
dns.Resolver.prototype.resolve6 = answering('::1', [])

// Well-known services have ports that no test may listen on.
for (const library of [net, tls]) {
    const connect = library.connect
    library.connect = function (options, ...rest) {
        const redirect = current.getStore()?.redirect
        return connect.call(this, redirect && !options.socket ? {...options, port: redirect} : options, ...rest)
    }
}

const isEnabled = text => typeof text === 'string' && text.toLowerCase().trim() === 'true'

function transporterOptions(env) {
    const options = {
        secure: env.EMAIL_ENCRYPTION === 'tls',
        requireTls: env.EMAIL_ENCRYPTION === 'starttls',
        tls: {rejectUnauthorized: !isEnabled(env.EMAIL_ALLOW_SELFSIGNED)},
    }
    if (env.EMAIL_USERNAME && env.EMAIL_PASSWORD) options.auth = {user: env.EMAIL_USERNAME, pass: env.EMAIL_PASSWORD}
    if (env.EMAIL_ENCRYPTION_HOSTNAME) options.tls.servername = env.EMAIL_ENCRYPTION_HOSTNAME
    if (env.EMAIL_SERVICE) return {...options, service: env.EMAIL_SERVICE}
    return {...options, host: env.EMAIL_HOST, port: env.EMAIL_PORT ?? 25}
}

function deliver({id, env, to, patience}) {
    const name = env.EMAIL_FROM_NAME || env.APP_TITLE
    // Only the patience is not LibreChat's: thirty seconds for a greeting prove nothing that six do not.
    const transporter = nodemailer.createTransport({...transporterOptions(env), greetingTimeout: patience})
    return transporter.sendMail({
        from: `"${name}" <${env.EMAIL_FROM}>`,
        to: `"Somebody" <${to}>`,
        envelope: {from: env.EMAIL_FROM, to},
        subject: id,
        html: '<p>Hello</p>',
    })
}

const failures = new Map()
process.on('uncaughtException', error => {
    // LibreChat's process ends here; the cell is told so, the others go on.
    const id = current.getStore()?.id
    if (failures.has(id)) failures.get(id)(error)
})

async function one(cell) {
    const never = new Promise((_, reject) => {
        failures.set(cell.id, reject)
        setTimeout(() => reject(new Error('no end')), cell.patience + 20000).unref()
    })
    let verdict
    try {
        await current.run(cell, () => Promise.race([deliver(cell), never]))
        verdict = {ok: true}
    } catch (error) {
        verdict = {ok: false, code: error.code ?? error.name, message: error.message}
    }
    process.stdout.write(JSON.stringify({id: cell.id, ...verdict}) + '\n')
}

async function main() {
    const cells = []
    for await (const line of readline.createInterface({input: process.stdin})) cells.push(JSON.parse(line))
    const worker = async () => {
        for (let cell = cells.shift(); cell; cell = cells.shift()) await one(cell)
    }
    await Promise.all(Array.from({length: Number(atOnce)}, worker))
    process.exit(0)
}
main()
