// LibreChat's account scripts as they ask, answer and end, by release ($RELEASE, else that of package.json); the file's name says which one is meant.
// Recorded: v0.7.9, v0.8.0, v0.8.3, v0.8.5, v0.8.8-rc1 and the questions after it. Read: v0.7.0, v0.7.5. A password is stored as
// "clear:..." where LibreChat stores a bcrypt hash, so that a test can see what arrived.
'use strict'
const path = require('path')
const readline = require('readline')
const mongoose = require('mongoose')

try {
    // As api/db/connect.js does it; the recording docker's image has none, and gets its settings as a container's environment.
    require('dotenv').config({quiet: true})
} catch {}

const number = text => text.replace(/^v/, '').split(/[.-]/).map(part => (part.startsWith('rc') ? Number(part.slice(2)) : Number(part)))
const [major, minor, patch, candidate] = number(process.env.RELEASE ?? require(path.join(__dirname, '../package.json')).version)
const seconds = name => new Promise(resolve => setTimeout(resolve, Number(process.env[name] ?? 0) * 1000))
const since = text => {
    const [, , p, c] = number(text)
    const [, m] = number(text)
    if (minor !== m) return minor > m
    if (patch !== p) return patch > p
    return candidate === undefined || (c !== undefined && candidate >= c)
}
// BAN_DURATION is an expression in LibreChat's sample (packages/api/src/utils/math.ts).
const product = text => text.split('*').reduce((all, part) => all * Number(part), 1)
const colours = {red: 31, green: 32, orange: 33, purple: 35, cyan: 36}
for (const [name, code] of Object.entries(colours)) console[name] = text => console.log(`\x1b[${code}m%s\x1b[0m`, text)
const askQuestion = query => {
    const rl = readline.createInterface({input: process.stdin, output: process.stdout})
    return new Promise(resolve =>
        rl.question('\x1b[36m' + query + '\n> ' + '\x1b[0m', answer => {
            rl.close()
            resolve(answer)
        }),
    )
}
const silentExit = status => {
    console.log = () => {}
    process.exit(status)
}
const zodEmail = /^(?!\.)(?!.*\.\.)([A-Z0-9_'+\-.]*)[A-Z0-9_+-]@([A-Z0-9][A-Z0-9\-]*\.)+[A-Z]{2,}$/i
const register = async (users, {email, password, name, username, provider}) => {
    const faults = []
    if (!zodEmail.test(email)) faults.push('email: Invalid email')
    if (name.length < 3) faults.push('name: String must contain at least 3 character(s)')
    if (name.length > 80) faults.push('name: String must contain at most 80 character(s)')
    if (username && (username.length < 2 || /['"$*;<>/={}]|--/.test(username))) faults.push('username: Invalid characters in username')
    if (password.length < Number(process.env.MIN_PASSWORD_LENGTH || 8)) faults.push('password: String must contain at least 8 character(s)')
    if (password.length > 128) faults.push('password: String must contain at most 128 character(s)')
    if (!password.trim()) faults.push('password: Password cannot be only spaces')
    if (faults.length) {
        console.log('2026-11-28 22:08:24 info: Route: register - Validation Error')
        return faults.join(' ')
    }
    const role = (await users.countDocuments({})) === 0 ? 'ADMIN' : 'USER'
    await users.insertOne({name, username: username || null, email: email.toLowerCase(), emailVerified: true, password: 'clear:' + password,
        avatar: null, provider, role, plugins: [], twoFactorEnabled: false, createdAt: new Date(), updatedAt: new Date(), __v: 0})
    return ''
}

const SCRIPTS = {
    'create-user': async db => {
        console.purple('--------------------------')
        console.purple('Create a new user account!')
        console.purple('--------------------------')
        let args = process.argv.slice(2)
        let provider = 'local'
        let hasFlag = !since('v0.7.4')
        if (since('v0.7.4')) {
            hasFlag = args.some(one => one.startsWith('--email-verified='))
            args = args.filter(one => !one.startsWith('--email-verified='))
            if (!since('v0.8.1')) args = args.filter(one => one !== '')
        }
        if (since('v0.8.1')) {
            provider = args.find(one => one.startsWith('--provider='))?.slice('--provider='.length) ?? provider
            args = args.filter(one => !one.startsWith('--provider='))
        }
        let [email, name, username, password] = args
        if (args.length < 2) console.orange('Usage: npm run create-user -- <email> <name> <username> [--email-verified=false]')
        if (email === undefined) email = await askQuestion('Email:')
        if (!email.includes('@')) {
            console.red('Error: Invalid email address!')
            silentExit(1)
        }
        const before = email.split('@')[0]
        if (name === undefined) name = (await askQuestion('Name: (default is: ' + before + ')')) || before
        if (username === undefined) username = (await askQuestion('Username: (default is: ' + before + ')')) || before
        if (!password) password = await askQuestion('Password: (leave blank, to generate one)')
        else console.red('Warning: password passed in as argument, this is not secure!')
        if (!password) {
            password = Math.random().toString(36).slice(-18)
            console.orange('Your password is: ' + password)
        }
        if (!hasFlag) await askQuestion('Email verified? (Y/n, default is Y):\nlink sent to them.')
        const users = db.collection('users')
        if (await users.findOne({$or: [{email: email.toLowerCase()}, {username: username.toLowerCase()}]})) {
            console.red('Error: A user with that email or username already exists!')
            silentExit(1)
        }
        await seconds('STANDIN_CREATES_IN')
        const fault = await register(users, {email, password, name, username, provider})
        if (fault) {
            console.red('Error: ' + fault)
            silentExit(1)
        }
        // A stand-in of LibreChat looks for new people every so often; LibreChat asks its database.
        await seconds('STANDIN_SETTLES_IN')
        console.green('User created successfully!')
        console.green('Email verified: true')
        silentExit(0)
    },
    'delete-user': async db => {
        const users = db.collection('users')
        const email = process.argv[2] ?? (await askQuestion('Email:'))
        const user = await users.findOne({email: email.toLowerCase()})
        if (!since('v0.7.9')) {
            if (!user) {
                console.yellow?.('')
                console.red(`Didn't find user with email ${email}`)
                silentExit(0)
            }
            if ((await askQuestion(`Delete user ${JSON.stringify(user, null, 2)}?`)) !== 'y') silentExit(0)
            await users.deleteOne({_id: user._id})
            console.green('Deleted user ' + email)
            silentExit(0)
        }
        console.purple('Deleting a user and all related data')
        if (!user) {
            console.orange(`No user found with email "${email}"`)
            silentExit(0)
        }
        if (!/^y$/i.test(await askQuestion(`Really delete user ${user.email} (${user._id}) and ALL their data? (y/N)`))) {
            console.orange('Aborted.')
            silentExit(0)
        }
        const money = /^y$/i.test(await askQuestion('Also delete all transaction history for this user? (y/N)'))
        if (since('v0.8.8-rc2')) {
            const sure = await askQuestion('Shared Redis generation coordination is unavailable. Confirm ALL LibreChat app, worker, and other deletion CLI processes are stopped before continuing. (y/N)')
            if (!/^y$/i.test(sure)) {
                console.red('Aborted. Stop every LibreChat process or enable Redis stream coordination.')
                silentExit(1)
            }
        }
        for (const name of ['conversations', 'messages', 'sessions', 'keys']) await db.collection(name).deleteMany({user: {$in: [user._id, String(user._id)]}})
        if (money) await db.collection('transactions').deleteMany({user: user._id})
        await users.deleteOne({_id: user._id})
        console.green(`✔ Successfully deleted user ${email} and all associated data.`)
        if (!money) console.orange('⚠️ Transaction history was retained.')
        silentExit(0)
    },
    'reset-password': async db => {
        const rl = () => readline.createInterface({input: process.stdin, output: process.stdout})
        const ask = query =>
            new Promise(resolve => {
                const one = rl()
                one.question(query, answer => {
                    one.close()
                    resolve(answer)
                })
            })
        const secret = async query => {
            const answer = await ask(query)
            if (process.env.SILENT_QUESTION) process.stdout.write('\n')
            return answer
        }
        const user = await db.collection('users').findOne({email: (await ask('Enter user email: ')).toLowerCase()})
        if (!user) {
            console.error('User not found!')
            process.exit(1)
        }
        let password
        for (;;) {
            password = await secret('Enter new password: ')
            if (password.length < 8) {
                console.log('Password must be at least 8 characters! Please try again.')
                continue
            }
            if ((await secret('Confirm new password: ')) === password) break
            console.log('Passwords do not match! Please try again.')
        }
        await db.collection('users').updateOne({_id: user._id}, {$set: {password: 'clear:' + password, updatedAt: new Date()}})
        console.log('Password successfully reset!')
        process.exit(0)
    },
    'invite-user': async db => {
        console.purple('Invite a new user account!')
        if (!process.env.EMAIL_HOST) {
            console.red('Error: Email service is not enabled!')
            silentExit(1)
        }
        const email = process.argv[2] ?? (await askQuestion('Email:'))
        if (!email.includes('@')) {
            console.red('Error: Invalid email address!')
            silentExit(1)
        }
        if (await db.collection('users').findOne({email: email.toLowerCase()})) {
            console.red('Error: A user with that email already exists!')
            silentExit(1)
        }
        await db.collection('tokens').insertOne({userId: new mongoose.mongo.ObjectId(), email, token: 'hash', createdAt: new Date(), expiresAt: new Date(Date.now() + 604800000)})
        if (process.env.EMAIL_HOST === 'refused.example') {
            console.error('Error: connect ECONNREFUSED 192.168.160.1:2599')
            silentExit(1)
        }
        console.green('Invitation sent successfully!')
        silentExit(0)
    },
    'ban-user': async db => {
        console.purple('Ban a user account!')
        const [email, time] = process.argv.slice(2)
        const duration = parseInt(time)
        if (isNaN(duration) || duration <= 0) {
            console.red('Error: Invalid duration!')
            silentExit(1)
        }
        const user = await db.collection('users').findOne({email: email.toLowerCase()})
        if (!user) {
            console.red('Error: No user with that email was found!')
            silentExit(1)
        }
        console.green('Found user: ' + user.email)
        if (process.env.BAN_VIOLATIONS === 'true' && Number(process.env.BAN_INTERVAL ?? 20) <= 20) {
            console.log(`2026-11-28 22:24:30 info: [BAN] Banning user ${user._id} for ${duration / 60000} minutes`)
            const value = {type: 'concurrent', violation_count: 20, duration, expiresAt: Date.now() + duration}
            const expires = Date.now() + product(process.env.BAN_DURATION ?? '7200000')
            const document = {key: 'BANS:' + user._id, value: JSON.stringify({value, expires}), expiresAt: new Date(expires)}
            await db.collection('logs').deleteMany({key: document.key})
            await db.collection('logs').insertOne(document)
            await db.collection('sessions').deleteMany({user: user._id})
        }
        silentExit(0)
    },
}
const main = async () => {
    console.orange('Warming up the engines...')
    console.log('2026-11-28 22:24:30 info: {')
    const connection = await mongoose.createConnection(process.env.MONGO_URI).asPromise()
    await SCRIPTS[path.basename(process.argv[1], '.js')](connection.db)
}
main()
