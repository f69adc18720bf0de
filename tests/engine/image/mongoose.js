// As much of mongoose as the wizard's scripts and LibreChat's need, asking the database of the test.
'use strict'
const net = require('net')

const ask = asked =>
    new Promise((resolve, reject) => {
        const socket = net.connect(27017, 'mongodb', () => socket.write(JSON.stringify(asked) + '\n'))
        let text = ''
        socket.setTimeout(5000, () => socket.destroy(new Error('silent')))
        socket.on('error', reject)
        socket.on('data', data => {
            text += data
            if (text.endsWith('\n')) {
                socket.end()
                resolve(JSON.parse(text))
            }
        })
    })
const collection = name => ({
    findOne: async query => (await ask({do: 'find', collection: name, query}))[0] ?? null,
    insertOne: document => ask({do: 'insert', collection: name, document}),
    deleteMany: query => ask({do: 'remove', collection: name, query}),
})
module.exports = {collection, createConnection: () => ({asPromise: async () => ({collection})})}
