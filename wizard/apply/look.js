// Looks from inside LibreChat's api container whether its database has accounts, which role the one of an address has, and which
// release this is. Changes nothing. `task` ({mark, seconds, email}) and container_script.js are put before this text, and it goes in by standard input.
let release = ''
for (const folder of [process.cwd(), '/app/api']) {
    try {
        release = release || String(createRequire(folder + '/wizard.js')('./package.json').version ?? '')
    } catch {}
}
const failed = why => say({ok: false, release, why})
process.on('uncaughtException', error => failed(String(error?.name)))

const mongoose = found('mongoose')
// After the driver has been loaded, which takes seconds on a slow machine: only the database's time counts.
setTimeout(() => failed('the database did not respond'), task.seconds * 1000)
if (!mongoose) {
    failed('mongoose was not found in this container')
} else if (!process.env.MONGO_URI) {
    failed('MONGO_URI is not set in this container')
} else {
    // The error's message may hold the address with its password: its name says enough.
    mongoose
        .createConnection(process.env.MONGO_URI, {serverSelectionTimeoutMS: task.seconds * 900})
        .asPromise()
        .then(async connection => {
            const users = connection.collection('users')
            const any = await users.findOne({}, {projection: {_id: 1}})
            const one = task.email ? await users.findOne({email: task.email}, {projection: {role: 1}}) : null
            return {any: any !== null, role: one === null ? null : String(one.role ?? '')}
        })
        .then(seen => say({ok: true, release, ...seen}), error => failed(String(error?.name)))
}
