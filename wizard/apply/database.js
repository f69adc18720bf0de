// What a script that works on LibreChat's database begins with, behind container_script.js: it calls `work` with what it does,
// `async (db, {mongo, mongoose, connection}) => verdict`, and one line of JSON comes out: {ok: true, ...verdict} or {ok: false, why}.
// Which release runs here; the folder's files only tell which one it was set up from.
const release = () => {
    for (const folder of [process.cwd(), '/app/api', '/app']) {
        try {
            return String(createRequire(folder + '/wizard.js')('./package.json').version ?? '')
        } catch {}
    }
    return ''
}
const failed = why => say({ok: false, why})
// The error's message may hold the address with its password, or a value: its name and MongoDB's name of it say enough.
const named = error => [error?.name, error?.codeName].filter(Boolean).map(String).join(' ') || 'unknown error'
const work = async job => {
    process.on('uncaughtException', error => failed(named(error)))
    process.on('unhandledRejection', error => failed(named(error)))
    const mongoose = found('mongoose')
    // After the driver has been loaded, which takes seconds on a slow machine: only the database's time counts.
    setTimeout(() => failed('the database did not respond in time'), task.seconds * 1000)
    if (!mongoose) return failed('mongoose, which LibreChat installs, was not found')
    if (!process.env.MONGO_URI) return failed('MONGO_URI is not set')
    try {
        const options = {serverSelectionTimeoutMS: Math.min(15000, task.seconds * 500), autoIndex: false, autoCreate: false}
        const connection = await mongoose.createConnection(process.env.MONGO_URI, options).asPromise()
        say({ok: true, release: release(), ...(await job(connection.db, {mongo: mongoose.mongo, mongoose, connection}))})
    } catch (error) {
        failed(named(error))
    }
}
