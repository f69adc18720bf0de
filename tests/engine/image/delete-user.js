// Asks as LibreChat's config/delete-user.js does (v0.7.9 and later): twice, with a readline made anew for each question.
'use strict'
const readline = require('readline')
const {collection} = require('/app/node_modules/mongoose')

const askQuestion = query => {
    const rl = readline.createInterface({input: process.stdin, output: process.stdout})
    return new Promise(resolve =>
        rl.question('\x1b[36m' + query + '\n> ' + '\x1b[0m', answer => {
            rl.close()
            resolve(answer)
        }),
    )
}
const main = async () => {
    console.log('\x1b[33mWarming up the engines...\x1b[0m')
    const email = process.argv[2]
    const users = collection('users')
    if (!(await users.findOne({email}))) {
        console.log(`No user found with email "${email}"`)
        process.exit(0)
    }
    const really = await askQuestion(`Really delete user ${email} (65f0) and ALL their data? (y/N)`)
    await askQuestion('Also delete all transaction history for this user? (y/N)')
    if (really === 'y') {
        await users.deleteMany({email})
        console.log(`Successfully deleted user ${email} and all associated data.`)
    }
    process.exit(0)
}
main()
