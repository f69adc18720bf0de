// Asks as LibreChat's config/delete-user.js and its helpers.js do: a readline made anew for each question, and what comes
// before it is lost. From v0.7.9 it asks twice; up to v0.7.8 once, and shows the whole document. The people are in users.json.
'use strict'
const fs = require('fs')
const readline = require('readline')

const askQuestion = query => {
    const rl = readline.createInterface({input: process.stdin, output: process.stdout})
    return new Promise(resolve =>
        rl.question('\x1b[36m' + query + '\n> ' + '\x1b[0m', answer => {
            rl.close()
            resolve(answer)
        }),
    )
}
const state = process.env.STATE
const users = () => JSON.parse(fs.readFileSync(state + '/users.json', 'utf8'))
const isOld = /^v?0\.7\.[0-8]/.test(process.env.RELEASE)
// The connection with MongoDB keeps the program alive.
setInterval(() => {}, 1000)

const main = async () => {
    console.log('\x1b[33mWarming up the engines...\x1b[0m')
    if (fs.existsSync(state + '/nodelete')) {
        console.error('There was an uncaught error: mongodb://someone:hidden-pass@mongodb')
        process.exit(1)
    }
    const email = process.argv[2]
    const user = users().find(one => one.email === email)
    if (!user) {
        console.log(isOld ? `Didn't find user with email ${email}` : `No user found with email "${email}"`)
        process.exit(0)
    }
    const rest = [...Array(20).keys()].map(number => `  field${number}: 'x',`)
    const shown = ['{', `  email: '${email}',`, `  password: '$2a$10$hash-of-${user.password}',`, ...rest, '}'].join('\n')
    const answers = []
    if (isOld) {
        answers.push(await askQuestion(`Delete user ${shown}?`))
    } else {
        answers.push(await askQuestion(`Really delete user ${email} (65f0) and ALL their data? (y/N)`))
        answers.push(await askQuestion('Also delete all transaction history for this user? (y/N)'))
    }
    fs.appendFileSync(state + '/answers', answers.join(' ') + '\n')
    if (answers[0] === 'y') {
        fs.writeFileSync(state + '/users.json', JSON.stringify(users().filter(one => one.email !== email)))
        console.log(isOld ? `Deleted user ${shown}` : `Successfully deleted user ${email} and all associated data.`)
    } else {
        console.log('Aborted.')
    }
    process.exit(0)
}
main()
