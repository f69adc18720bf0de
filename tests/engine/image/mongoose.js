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
const matches = query => document =>
    Object.entries(query).every(([name, wanted]) => {
        const value = document[name]
        if (wanted?.$regex !== undefined) return typeof value === 'string' && new RegExp(wanted.$regex, wanted.$options ?? '').test(value)
        if (wanted?.$exists !== undefined) return (value !== undefined) === wanted.$exists
        return value === wanted
    })
const collection = name => {
    const found = async query => (await ask({do: 'find', collection: name, query: {}})).filter(matches(query ?? {}))
    const insertOne = document => {
        const _id = document._id ?? require('crypto').randomBytes(12).toString('hex')
        return ask({do: 'insert', collection: name, document: {...document, _id}})
    }
    const cursor = query => ({
        sort: () => cursor(query),
        toArray: () => found(query),
        async *[Symbol.asyncIterator]() {
            yield* await found(query)
        },
    })
    return {
        find: cursor,
        findOne: async query => (await found(query))[0] ?? null,
        countDocuments: async query => (await found(query)).length,
        insertOne,
        deleteMany: async query => ({deletedCount: (await ask({do: 'remove', collection: name, query})).length}),
        updateOne: async (query, {$set = {}, $unset = {}}) => {
            const [one] = await found(query)
            if (!one) return {matchedCount: 0}
            await ask({do: 'remove', collection: name, query: {_id: one._id}})
            for (const field of Object.keys($unset)) delete one[field]
            await insertOne({...one, ...$set})
            return {matchedCount: 1}
        },
    }
}
// What is typed in MongoDB is text here.
const untyped = value => (value?.$oid !== undefined ? value.$oid : value)
const EJSON = {
    serialize: value => value,
    deserialize: value =>
        value !== null && typeof value === 'object' && value.$oid === undefined
            ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, untyped(one)]))
            : untyped(value),
}
const connection = {collection, db: {collection}}
module.exports = {collection, mongo: {BSON: {EJSON}}, createConnection: () => ({asPromise: async () => connection})}
