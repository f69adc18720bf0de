// Looks from inside LibreChat's api container which secrets its database records as in use: SHA-256, never a value. Changes nothing.
// `task` ({mark, seconds}) and container_script.js are put before this text, and it goes in by standard input.
// Collection and form: packages/api/src/app/checks.ts:173-245 (v0.8.8-rc1); releases before it record nothing.
const failed = () => say({ok: false})
process.on('uncaughtException', failed)
setTimeout(failed, task.seconds * 1000)

const mongoose = found('mongoose')
if (!mongoose || !process.env.MONGO_URI) {
    failed()
} else {
    mongoose
        .createConnection(process.env.MONGO_URI, {serverSelectionTimeoutMS: task.seconds * 900})
        .asPromise()
        .then(connection => connection.collection('librechatCredentialMetadata').findOne({_id: 'primary'}))
        .then(record => say({ok: true, fingerprints: record?.fingerprints ?? {}}), failed)
}
