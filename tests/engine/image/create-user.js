// Asks as LibreChat's config/create-user.js does when address, name and user name are given: for the password alone.
'use strict'
const readline = require('readline')
const {collection} = require('/app/node_modules/mongoose')

const [email, name, username] = process.argv.slice(2)
const main = async () => {
    console.log('\x1b[33mWarming up the engines...\x1b[0m')
    console.log("error: Config file YAML format is invalid: ENOENT: no such file or directory, open '/app/librechat.yaml'")
    const rl = readline.createInterface({input: process.stdin, output: process.stdout})
    const password = await new Promise(resolve => rl.question('Password: (leave blank, to generate one)\n> ', resolve))
    rl.close()
    const users = collection('users')
    if (await users.findOne({email})) {
        console.log('\x1b[31mError: A user with that email or username already exists!\x1b[0m')
        process.exit(1)
    }
    const role = (await users.findOne({})) ? 'USER' : 'ADMIN'
    await new Promise(resolve => setTimeout(resolve, Number(process.env.STANDIN_CREATES_IN ?? 0) * 1000))
    await users.insertOne({email, name, username, password, role})
    // The stand-in looks for new people every so often; LibreChat asks its database.
    await new Promise(resolve => setTimeout(resolve, 500))
    console.log('\x1b[32mUser created successfully!\x1b[0m')
    process.exit(0)
}
main()
